// The marks of a picture, painted on a canvas or written as SVG by the same calls.
import { colourOf, isFilled, lookOf, markPath } from "./look";

export const MARK = 9; // pixels
export const CELL = 3; // side of a square of density

export interface Painter {
    mark(kind: string, x: number, y: number, opacity: number): void;
    cell(kind: string, x: number, y: number, opacity: number): void;
}

export class CanvasPainter implements Painter {
    private readonly marks = new Map<string, Path2D>();
    private readonly colours = new Map<string, string>();

    constructor(private readonly to: CanvasRenderingContext2D) {
        to.lineWidth = 1.4;
    }

    private colour(kind: string): string {
        const colour = this.colours.get(kind) ?? colourOf(kind);
        this.colours.set(kind, colour);
        return colour;
    }

    mark(kind: string, x: number, y: number, opacity: number): void {
        const { shape } = lookOf(kind);
        const path = this.marks.get(kind) ?? new Path2D(markPath(shape, MARK));
        this.marks.set(kind, path);
        this.to.globalAlpha = opacity;
        this.to.translate(x, y);
        if (isFilled(shape)) {
            this.to.fillStyle = this.colour(kind);
            this.to.fill(path);
        } else {
            this.to.strokeStyle = this.colour(kind);
            this.to.stroke(path);
        }
        this.to.translate(-x, -y);
    }

    cell(kind: string, x: number, y: number, opacity: number): void {
        this.to.globalAlpha = opacity;
        this.to.fillStyle = this.colour(kind);
        this.to.fillRect(x, y, CELL, CELL);
    }
}

const round = (n: number) => String(Math.round(n * 10) / 10);

export class SvgPainter implements Painter {
    private readonly kinds = new Set<string>();
    private readonly parts: string[] = [];

    mark(kind: string, x: number, y: number, opacity: number): void {
        this.kinds.add(kind);
        this.parts.push(`<use href="#mark-${kind}" x="${round(x)}" y="${round(y)}"` +
            (opacity < 1 ? ` opacity="${round(opacity)}"/>` : "/>"));
    }

    cell(kind: string, x: number, y: number, opacity: number): void {
        this.parts.push(`<rect x="${x}" y="${y}" width="${CELL}" height="${CELL}" fill="${colourOf(kind)}" ` +
            `opacity="${opacity.toFixed(2)}"/>`);
    }

    /** Marks and cells, after the definitions they use. */
    finish(): string {
        const define = (kind: string) => {
            const { shape } = lookOf(kind), ink = colourOf(kind);
            const paint = isFilled(shape) ? `fill="${ink}"` : `fill="none" stroke="${ink}" stroke-width="1.4"`;
            return `<path id="mark-${kind}" d="${markPath(shape, MARK)}" ${paint}/>`;
        };
        return `<defs>${[...this.kinds].map(define).join("")}</defs>${this.parts.join("")}`;
    }
}
