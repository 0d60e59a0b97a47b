// Where things lie on the map: a Miller cylinder opened in the Atlantic, so that the Pacific is whole; places in units of the map's width.
const WEST = -30, NORTH = 76, SOUTH = -46;
const miller = (latitude) => 1.25 * Math.log(Math.tan(Math.PI / 4 + 0.4 * latitude * Math.PI / 180)) / (2 * Math.PI);
const MAP_HEIGHT = miller(NORTH) - miller(SOUTH);

function project(longitude, latitude) {
  const east = ((longitude - WEST) % 360 + 360) % 360;
  return [east / 360, miller(NORTH) - miller(Math.max(-58, Math.min(84, latitude)))];
}

// outlines as paths in map units; rings are [longitude, latitude, ...] with longitudes already east of WEST
function outlines(land) {
  return land.countries.map((country) => {
    const path = new Path2D();
    for (const ring of country.rings) {
      for (let i = 0; i < ring.length; i += 2) {
        const x = (ring[i] - WEST) / 360, y = miller(NORTH) - miller(Math.min(84, ring[i + 1]));
        if (i === 0) path.moveTo(x, y); else path.lineTo(x, y);
      }
      path.closePath();
    }
    return { id: country.id, name: country.name, path };
  });
}

// the way firms of one country spread round its centre: upstream to the west, last makers to the east (angles in radians)
const BEARING = { triangle: Math.PI, diamond: -2.2, square: 2.4, circle: 0, wedge: 0.8, hexagon: 1.57 };
const GOLDEN = Math.PI * (3 - Math.sqrt(5));

function clash(x, y, r, placed) {
  for (const other of placed) {
    const dx = other.x - x, dy = other.y - y, near = other.r + r + 1.2;
    if (dx * dx + dy * dy < near * near) return true;
  }
  return false;
}

// the free place nearest to (x, y) on a sunflower spiral
function free(x, y, r, placed) {
  for (let i = 0; i < 4000; i++) {
    const reach = 1.9 * Math.sqrt(i), px = x + reach * Math.cos(i * GOLDEN), py = y + reach * Math.sin(i * GOLDEN);
    if (!clash(px, py, r, placed)) return [px, py];
  }
  return [x, y];
}

// offsets of every node from its country's centre, in pixels at zoom 1; large firms first, no two overlap
function arrange(nodes, radii, width) {
  const placed = [], offsets = new Array(nodes.length), weight = {};
  nodes.forEach((node, i) => { if (node.trade !== USERS) weight[node.country] = (weight[node.country] || 0) + radii[i] ** 2; });
  const order = nodes.map((_, i) => i).filter((i) => nodes[i].trade !== USERS).sort((a, b) => radii[b] - radii[a]);
  for (const i of order) {
    const [ux, uy] = project(nodes[i].longitude, nodes[i].latitude), spread = 0.8 * Math.sqrt(weight[nodes[i].country]);
    const bearing = BEARING[nodes[i].shape] ?? 1.57;
    const [x, y] = free(ux * width + spread * Math.cos(bearing), uy * width + 0.8 * spread * Math.sin(bearing), radii[i], placed);
    placed.push({ x, y, r: radii[i] });
    offsets[i] = [x - ux * width, y - uy * width];
  }
  seatIndustries(nodes, radii, width, placed, offsets);
  return offsets;
}

// a region's industries sit together, a small board of squares east of its firms
function seatIndustries(nodes, radii, width, placed, offsets) {
  const boards = {};
  nodes.forEach((node, i) => { if (node.trade === USERS) (boards[node.country] ||= []).push(i); });
  for (const seats of Object.values(boards)) {
    const cell = 2 * radii[seats[0]] + 1.6, columns = Math.ceil(Math.sqrt(seats.length)), rows = Math.ceil(seats.length / columns);
    const [ux, uy] = project(nodes[seats[0]].longitude, nodes[seats[0]].latitude), r = 0.62 * cell * Math.max(columns, rows);
    const [x, y] = free(ux * width + 6, uy * width + 6, r, placed);
    placed.push({ x, y, r });
    seats.forEach((i, n) => {
      offsets[i] = [x - ux * width + (n % columns - (columns - 1) / 2) * cell, y - uy * width + (Math.floor(n / columns) - (rows - 1) / 2) * cell];
    });
  }
}
