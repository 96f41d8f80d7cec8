// The page's own signs, drawn as lines, so that they look the same on a machine without an emoji font.

const PATHS = {
  lock: "M5 9h10v8H5zM7 9V6a3 3 0 0 1 6 0v3",
  pin: "M7 3h6l-1 6 3 3H5l3-3zM10 12v6",
  bookmark: "M6 3h8v14l-4-3-4 3z",
  thread: "M3 4h14v10H9l-4 3v-3H3zM6.500 8h7M6.500 11h4",
  clock: "M10 3a7 7 0 1 0 .01 0zM10 6v4l3 2",
  eye: "M2 10c3-5 13-5 16 0-3 5-13 5-16 0zM10 8a2 2 0 1 0 .01 0",
  send: "M3 4l14 6-14 6 2-6zM5 10h6",
  close: "M5 5l10 10M15 5L5 15",
  down: "M5 8l5 5 5-5",
  back: "M12 4l-6 6 6 6",
  more: "M10 4.500v.01M10 10v.01M10 15.500v.01",
  smile: "M10 3a7 7 0 1 0 .01 0zM7.500 8v.5M12.500 8v.5M6.500 12c1.500 2.500 5.500 2.500 7 0",
  file: "M5 2h7l4 4v12H5zM12 2v4h4",
  trash: "M4 6h12M8 6V4h4v2M5.500 6l1 11h7l1-11M8.500 9v5M11.500 9v5",
  dots: "M4.500 10h.01M10 10h.01M15.500 10h.01",
};

/** A sign; it says nothing to screen readers, the control around it does. */
export function icon(name, size = 16) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const attributes = { viewBox: "0 0 20 20", width: size, height: size, fill: "none", stroke: "currentColor", "stroke-width": ["more", "dots"].includes(name) ? 3 : 1.7, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true", class: `icon icon-${name}` };
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  node.append(path);
  return node;
}
