// The spectrogram, the captions under it, and how likely each label is over time.

const find = id => document.getElementById(id);

/** 75 as 1:15, 3675 as 1:01:15. */
export function clock(seconds) {
  const whole = Math.floor(seconds), two = value => String(value).padStart(2, "0");
  const rest = `${Math.floor(whole / 60) % 60}:${two(whole % 60)}`;
  return whole < 3600 ? rest : `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

/** A colour for a loudness of 0...1: from black over violet and orange to a pale yellow. */
function colour(value) {
  const stops = [[8, 8, 20], [72, 20, 104], [182, 54, 88], [246, 140, 60], [252, 244, 180]];
  const place = Math.min(value, 0.999) * (stops.length - 1), first = Math.floor(place), part = place - first;
  return stops[first].map((from, index) => from + (stops[first + 1][index] - from) * part);
}

/** Where a time is in a picture that shows so many seconds, as a share of its width; nothing where these are not known. */
export function shareOfPicture(time, seconds) {
  return seconds > 0 ? Math.min(time / seconds, 1) : undefined;
}

export function drawSpectrogram(picture, seconds) {
  const {bands, band_columns: columns, spectrogram, band_column_seconds: columnSeconds} = picture;
  const canvas = find("spectrogram"), context = canvas.getContext("2d");
  // As many columns as the recording is long: behind it there may be silence.
  canvas.width = Math.max(Math.round(seconds / columnSeconds), 1);
  canvas.height = bands;
  const image = context.createImageData(canvas.width, bands);
  for (let column = 0; column < canvas.width; column++) {
    for (let band = 0; band < bands; band++) {
      const at = 4 * ((bands - 1 - band) * canvas.width + column);
      const value = column < columns ? spectrogram[column * bands + band] / 255 : 0;
      image.data.set([...colour(value), 255], at);
    }
  }
  context.putImageData(image, 0, 0);
}

export function drawScores(picture, seconds) {
  find("scores").replaceChildren(...picture.labels.map(({label, scores}) => {
    const row = document.createElement("div"), name = document.createElement("span");
    row.className = "score";
    name.textContent = name.title = label;
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", `0 0 ${seconds} 255`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", `how likely ${label} is: ${Math.round(Math.max(...scores) / 2.55)} % at most`);
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    // A column is of the middle of a window; the first one and the last one are of what is beside it, too.
    const place = index => picture.score_begin_seconds + index * picture.score_column_seconds;
    const steps = scores.map((score, index) => {
      const begin = index > 0 ? place(index) : 0;
      const end = index + 1 < scores.length ? place(index + 1) : seconds;
      return `L${begin} ${255 - score} L${end} ${255 - score}`;
    });
    path.setAttribute("d", `M0 255 ${steps.join(" ")} L${seconds} 255 Z`);
    svg.append(path);
    row.append(name, svg);
    return row;
  }));
}

/** Captions that overlap get lanes of their own. */
export function drawCaptions(captions, seconds) {
  const ends = [], parent = find("captions");
  parent.replaceChildren(...captions.map(caption => {
    let lane = ends.findIndex(end => end <= caption.begin_seconds);
    if (lane < 0) lane = ends.length;
    ends[lane] = caption.end_seconds;
    const box = document.createElement("div");
    box.textContent = box.title = caption.label;
    box.style.left = `${100 * caption.begin_seconds / seconds}%`;
    box.style.width = `${Math.max(0.4, 100 * (caption.end_seconds - caption.begin_seconds) / seconds)}%`;
    box.style.top = `${lane * 1.4}rem`;
    return box;
  }));
  parent.style.height = `${ends.length * 1.4}rem`;
}
