// The choice of where captions are, in the options and in the popup.

const corners = {"0 0": "Top left", "1 0": "Top right", "0 1": "Bottom left", "1 1": "Bottom right"};

/** Offers the corners in a `<select>`; `choose` is called with the place that is chosen. */
export function offerPlaces(select, choose) {
  for (const [value, name] of Object.entries(corners)) select.append(new Option(name, value));
  const elsewhere = new Option("Where I put them", "");
  elsewhere.hidden = true;
  select.append(elsewhere);
  select.addEventListener("change", () => {
    const [x, y] = select.value.split(" ").map(Number);
    choose({x, y});
  });
}

/** Shows where captions are. */
export function showPlace(select, {x, y}) {
  const value = `${x} ${y}`;
  select.value = value in corners ? value : "";
}
