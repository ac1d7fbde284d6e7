// How captions look, as numbers: their colours, and the contrast that these have on any picture.

import {themes} from "./settings.js";

/** The relative luminance of a colour of sRGB in 0...255 (WCAG 2.2). */
function luminance(colour) {
  const [red, green, blue] = colour.map(value => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The contrast of two colours, 1...21 (WCAG 2.2). */
export function contrast(one, other) {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** The least contrast that text of a theme can have, whatever is below its ground. */
export function leastContrast(theme, opacity) {
  const {text, ground} = themes[theme];
  const over = below => ground.map(value => value * opacity / 100 + below * (1 - opacity / 100));
  return Math.min(contrast(text, over(0)), contrast(text, over(255)));
}

/** What the overlay's style sheet is told. */
export function styleVariables({theme, opacity, size}) {
  const {text, ground} = themes[theme];
  return {
    "--text": `rgb(${text.join(" ")})`,
    "--ground": `rgb(${ground.join(" ")} / ${opacity}%)`,
    "--scale": String(size / 100),
  };
}
