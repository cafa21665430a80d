import { writeFile } from 'node:fs/promises';
import { crc32, deflateSync } from 'node:zlib';

// Draws manifest/color.png (192×192) and manifest/outline.png (32×32, white on transparent): a shield whose top is a
// calendar sheet, with a check mark.

type Point = readonly [x: number, y: number];
/** Red, green, blue, alpha, 0 to 1. */
type Colour = readonly [number, number, number, number];

const SAMPLES = 6;
const CLEAR: Colour = [0, 0, 0, 0];
const WHITE: Colour = [1, 1, 1, 1];

function colour(hex: string): Colour {
  const part = (at: number): number => parseInt(hex.slice(at, at + 2), 16) / 255;
  return [part(1), part(3), part(5), 1];
}

/** The shield's outline in a unit square: straight sides with rounded shoulders above, a curved point below. */
function shield({
  left,
  top,
  waist,
  bottom,
  radius,
}: Record<'left' | 'top' | 'waist' | 'bottom' | 'radius', number>): Point[] {
  const half: Point[] = [];
  for (let step = 0; step <= 12; step++) {
    const angle = (Math.PI / 2) * (step / 12);
    half.push([left + radius - radius * Math.sin(angle), top + radius - radius * Math.cos(angle)]);
  }
  for (let step = 0; step <= 40; step++) {
    const t = step / 40;
    half.push([0.5 - (0.5 - left) * (1 - t ** 2.1), waist + (bottom - waist) * t]);
  }
  return [...half, ...half.toReversed().map(([x, y]) => [1 - x, y] as const)];
}

function isInside([x, y]: Point, polygon: Point[]): boolean {
  let inside = false;
  for (const [index, [x1, y1]] of polygon.entries()) {
    const [x2, y2] = polygon[(index + 1) % polygon.length]!;
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}

function distanceToSegment([x, y]: Point, [x1, y1]: Point, [x2, y2]: Point): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / length));
  return Math.hypot(x - x1 - t * dx, y - y1 - t * dy);
}

function distanceToLine(point: Point, line: Point[], closed = false): number {
  let nearest = Infinity;
  for (const [index, from] of line.entries()) {
    const to = line[index + 1] ?? (closed ? line[0]! : from);
    nearest = Math.min(nearest, distanceToSegment(point, from, to));
  }
  return nearest;
}

const CHECK: Point[] = [
  [0.365, 0.575],
  [0.46, 0.67],
  [0.64, 0.465],
];
const RINGS: [Point, Point][] = [
  [
    [0.37, 0.135],
    [0.37, 0.245],
  ],
  [
    [0.63, 0.135],
    [0.63, 0.245],
  ],
];

function drawColour(): (point: Point) => Colour {
  const outline = shield({ left: 0.2, top: 0.185, waist: 0.5, bottom: 0.88, radius: 0.07 });
  const [light, dark] = [colour('#1e7fd0'), colour('#0b3f78')];
  const [band, green, navy] = [colour('#ffb900'), colour('#0e7a3c'), colour('#0b3f78')];
  return (point) => {
    const [x, y] = point;
    if (RINGS.some(([from, to]) => distanceToSegment(point, from, to) < 0.026)) return navy;
    if (RINGS.some(([from, to]) => distanceToSegment(point, from, to) < 0.044)) return WHITE;
    if (isInside(point, outline)) {
      if (y < 0.335) return band;
      return distanceToLine(point, CHECK) < 0.045 ? green : WHITE;
    }
    const t = (x + y) / 2;
    return [0, 1, 2, 3].map((part) => light[part]! * (1 - t) + dark[part]! * t) as unknown as Colour;
  };
}

function drawOutline(): (point: Point) => Colour {
  const outline = shield({ left: 0.14, top: 0.17, waist: 0.5, bottom: 0.94, radius: 0.08 });
  return (point) => {
    const isRing = RINGS.some(([from, to]) => distanceToSegment(point, [from[0], 0.08], [to[0], 0.22]) < 0.038);
    const isEdge = distanceToLine(point, outline, true) < 0.036;
    const isHeader = isInside(point, outline) && Math.abs(point[1] - 0.345) < 0.026;
    return isRing || isEdge || isHeader || distanceToLine(point, CHECK) < 0.045 ? WHITE : CLEAR;
  };
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/**
 * A PNG (RFC 2083) of 8-bit RGBA, each pixel the mean of its samples; transparent pixels are kept white, so that edges
 * do not darken.
 */
function png(size: number, draw: (point: Point) => Colour): Buffer {
  const rows = Buffer.alloc(size * (size * 4 + 1));
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const sum = [0, 0, 0, 0];
      for (let sample = 0; sample < SAMPLES ** 2; sample++) {
        const x = (column + ((sample % SAMPLES) + 0.5) / SAMPLES) / size;
        const y = (row + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES) / size;
        const [red, green, blue, alpha] = draw([x, y]);
        for (const [part, value] of [red, green, blue].entries()) sum[part]! += value * alpha;
        sum[3]! += alpha;
      }
      const [red, green, blue, alpha] = sum as [number, number, number, number];
      const at = row * (size * 4 + 1) + 1 + column * 4;
      const mean = (part: number): number => (alpha === 0 ? 255 : Math.round((part / alpha) * 255));
      rows.set([mean(red), mean(green), mean(blue), Math.round((alpha / SAMPLES ** 2) * 255)], at);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const folder = new URL('../manifest/', import.meta.url);
await writeFile(new URL('color.png', folder), png(192, drawColour()));
await writeFile(new URL('outline.png', folder), png(32, drawOutline()));
