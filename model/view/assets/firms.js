// Firms and industries: a shape a trade (so colour is never the only sign), a ring for the months its inputs last, a red mark when it lacks input.
const FIELDS = 6, CAPACITY = 0, OUTPUT = 1, STOCK = 2, COVER = 3, SHORT = 4, STATUS = 5, BUILDING = 1;
const USERS = "use", HOLDERS = "hold"; // trades of those who make nothing
const STOPPED = 0.005, FULL_RING = 3; // share of need missing that counts as short; months of cover drawn as a closed ring

// the largest capacity of each trade, which is drawn with the largest radius
function largest(nodes) {
  const most = {};
  for (const node of nodes) most[node.trade] = Math.max(most[node.trade] || 0, node.capacity);
  return most;
}

const firmRadius = (trade, capacity, most, scale) => scale * (trade === USERS ? 3.4 : 2.4 + 11 * Math.sqrt(Math.min(1, capacity / (most[trade] || 1))));

function shape(pen, name, x, y, r) {
  pen.beginPath();
  if (name === "triangle") polygon(pen, x, y + 0.12 * r, 1.18 * r, 3, -Math.PI / 2);
  else if (name === "diamond") polygon(pen, x, y, 1.14 * r, 4, 0);
  else if (name === "square") pen.rect(x - 0.86 * r, y - 0.86 * r, 1.72 * r, 1.72 * r);
  else if (name === "wedge") polygon(pen, x, y - 0.12 * r, 1.18 * r, 3, Math.PI / 2);
  else if (name === "pentagon") polygon(pen, x, y, 1.1 * r, 5, -Math.PI / 2);
  else if (name === "hexagon") polygon(pen, x, y, 1.06 * r, 6, 0);
  else pen.arc(x, y, r, 0, 6.2832);
}

function polygon(pen, x, y, r, sides, turn) {
  for (let i = 0; i < sides; i++) pen.lineTo(x + r * Math.cos(turn + i * 6.2832 / sides), y + r * Math.sin(turn + i * 6.2832 / sides));
  pen.closePath();
}

function drawFirm(pen, node, spot, values, dark) {
  const ink = dark ? INK.dark : INK.light, { x, y, r } = spot, building = values[STATUS] === BUILDING;
  const industry = node.trade === USERS, short = values[SHORT] > STOPPED;
  shape(pen, node.shape, x, y, r);
  pen.fillStyle = industry && short ? ink.stop : colour(node.colour, dark);
  pen.globalAlpha = spot.alpha * (building ? 0.12 : industry ? (short ? 0.45 + 0.55 * Math.min(1, 8 * values[SHORT]) : 0.42) : 0.9);
  pen.fill();
  pen.globalAlpha = spot.alpha;
  pen.setLineDash(building ? [2, 2] : []);
  pen.strokeStyle = building ? colour(node.colour, dark) : ink.sea; pen.lineWidth = building ? 1 : 0.8; pen.stroke();
  pen.setLineDash([]);
  if (!industry && !building && r > 3.4 && values[COVER] > 0) drawRing(pen, spot, values[COVER], ink);
  if (!industry && short && !building) { pen.strokeStyle = ink.stop; pen.lineWidth = 1.8; shape(pen, node.shape, x, y, r + 1.4); pen.stroke(); }
  pen.globalAlpha = 1;
}

function drawRing(pen, spot, cover, ink) {
  pen.strokeStyle = ink.ink; pen.globalAlpha = 0.75 * spot.alpha; pen.lineWidth = 1.3;
  pen.beginPath(); pen.arc(spot.x, spot.y, spot.r + 2.6, -Math.PI / 2, -Math.PI / 2 + 6.2832 * Math.min(1, cover / FULL_RING)); pen.stroke();
}

function markFirm(pen, spot, dark, strong) {
  const ink = dark ? INK.dark : INK.light;
  pen.strokeStyle = ink.ink; pen.lineWidth = strong ? 2.4 : 1.4;
  pen.beginPath(); pen.arc(spot.x, spot.y, spot.r + 5.5, 0, 6.2832); pen.stroke();
}

// what the tooltip and the screen reader say of a firm: [label, value] rows
function firmRows(node, values) {
  if (node.trade === HOLDERS) return [["Holds", figure(values[STOCK]) + " t"]];
  if (node.trade === USERS) {
    return [["Needs", figure(values[CAPACITY] / 12) + " " + node.unit + "/month"], ["Uses", figure(values[OUTPUT]) + " " + node.unit + "/month"],
      ["Missing", percent(values[SHORT])], ["Stock", figure(values[STOCK]) + " t, " + figure(values[COVER]) + " months"]];
  }
  const rows = [["Capacity", figure(values[CAPACITY]) + " " + node.unit + "/year"]];
  if (values[STATUS] === BUILDING) return [...rows, ["Status", "under construction"]];
  return [...rows, ["Output", figure(values[OUTPUT]) + " " + node.unit + "/month"], ["Input stock", figure(values[STOCK]) + " t, " + figure(values[COVER]) + " months"],
    ...(values[SHORT] > STOPPED ? [["Short of input", percent(values[SHORT])]] : [])];
}
