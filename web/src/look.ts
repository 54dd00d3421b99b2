// Colour and shape of each verdict: those of tanpa plot, after Okabe and Ito. The shapes tell them apart, too.

export type Shape = "disc" | "square" | "triangle" | "diamond" | "cross";

interface Look { label: string; words: string; shape: Shape; }

const looks: Record<string, Look> = {
    c2: { label: "control", words: "outbound TCP with short packets", shape: "disc" },
    download: { label: "download", words: "long packets, more received than sent", shape: "square" },
    upload: { label: "upload", words: "much sent, next to nothing received", shape: "triangle" },
    intrusion: { label: "intrusion", words: "from outside, more received than sent", shape: "diamond" },
    other: { label: "other", words: "none of these", shape: "cross" },
};

export function lookOf(kind: string): Look {
    return looks[kind] ?? looks.other;
}

export function labelOf(kind: string): string {
    return lookOf(kind).label;
}

/** The colour a style variable has in the present theme. */
export function colour(name: string): string {
    return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export function colourOf(kind: string): string {
    return colour(`verdict-${kind in looks ? kind : "other"}`);
}

/** Path of a mark of about 1 by 1 around 0, scaled: as SVG has it, and as Path2D takes it. */
export function markPath(shape: Shape, size: number): string {
    const n = (v: number) => String(Math.round(v * size * 100) / 100);
    switch (shape) {
    case "disc":
        return `M${n(-0.46)},0a${n(0.46)},${n(0.46)} 0 1 0 ${n(0.92)},0a${n(0.46)},${n(0.46)} 0 1 0 ${n(-0.92)},0z`;
    case "square":
        return `M${n(-0.4)},${n(-0.4)}h${n(0.8)}v${n(0.8)}h${n(-0.8)}z`;
    case "triangle":
        return `M0,${n(-0.6)}L${n(0.54)},${n(0.36)}L${n(-0.54)},${n(0.36)}z`;
    case "diamond":
        return `M0,${n(-0.6)}L${n(0.6)},0L0,${n(0.6)}L${n(-0.6)},0z`;
    case "cross":
        return `M${n(-0.36)},${n(-0.36)}L${n(0.36)},${n(0.36)}M${n(-0.36)},${n(0.36)}L${n(0.36)},${n(-0.36)}`;
    }
}

/** Filled marks stand out; outlines let those below be seen. */
export function isFilled(shape: Shape): boolean {
    return shape === "disc" || shape === "triangle";
}

/** A small mark as an image in text; the word beside it is the name. */
export function icon(kind: string, size = 12): SVGSVGElement {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    const { shape } = lookOf(kind);
    for (const [name, value] of Object.entries({ width: size, height: size, viewBox: "-6 -6 12 12", class: "icon" }))
        svg.setAttribute(name, String(value));
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", markPath(shape, 10));
    path.setAttribute("class", `${isFilled(shape) ? "filled" : "outlined"} mark-${kind}`);
    svg.append(path);
    return svg;
}
