/** Line icons, drawn for this page. */

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  send: "M4 12 20 4l-5 16-3.5-6.5L4 12Zm7.5 1.5L20 4",
  clip: "M8 12.5 14 6.4a3 3 0 0 1 4.3 4.3l-8 8a5 5 0 0 1-7-7L11 4",
  bolt: "M13 3 5 13.5h6L10 21l9-11h-6.5L13 3Z",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  reply: "M20 11.5a7.5 7.5 0 0 1-11 6.6L4 19.5l1.4-4.4A7.5 7.5 0 1 1 20 11.5Z",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.5 14.5a4.5 4.5 0 0 0 7 0M9 9.5h.01M15 9.5h.01",
  close: "M6 6l12 12M18 6 6 18",
  down: "M12 5v14M6 13l6 6 6-6",
  home: "M4 11.5 12 4l8 7.5M6.5 10v9.5h11V10",
  plus: "M12 5v14M5 12h14",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  trash: "M5 7h14M10 7V4.5h4V7M7 7l1 12.5h8L17 7M10.5 10.5v6M13.5 10.5v6",
  up: "M7 11v9H4v-9h3Zm0 0 4-8a2.5 2.5 0 0 1 2.4 3l-.9 3.5H18a2 2 0 0 1 2 2.4l-1.2 6a2 2 0 0 1-2 1.6H7",
  thumbDown: "M17 13V4h3v9h-3Zm0 0-4 8a2.5 2.5 0 0 1-2.4-3l.9-3.5H6a2 2 0 0 1-2-2.4l1.2-6A2 2 0 0 1 7.2 4H17",
  menu: "M4 7h16M4 12h16M4 17h16",
  switch: "M8 9l4-4 4 4M8 15l4 4 4-4",
  spark: "M12 3c.8 5 3.2 7.6 9 9-5.8 1.4-8.2 4-9 9-.8-5-3.2-7.6-9-9 5.8-1.4 8.2-4 9-9Z",
  file: "M7 3.5h7l4 4v13H7v-17ZM14 3.5v4h4",
};

/** An svg element that assistive technology skips; its button carries the label. */
export function icon(name, size = 18) {
  const svg = document.createElementNS(SVG, "svg");
  const attributes = { viewBox: "0 0 24 24", width: size, height: size, class: `icon icon-${name}`, "aria-hidden": "true" };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, String(value));
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name] ?? PATHS.more);
  svg.append(path);
  return svg;
}
