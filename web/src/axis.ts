// A dimension of a picture: where a value lies, from 0 to 1, and the ticks.
import { axisBottom, axisLeft } from "d3-axis";
import { ScaleLinear, scaleLinear, ScaleLogarithmic, scaleLog } from "d3-scale";
import { Selection } from "d3-selection";

export interface Measure {
    name: string; // "Sent"
    unit: string; // "bytes"
    values: ArrayLike<number>; // NaN: not known, has no place
    format(value: number): string;
    isLog: boolean;
    ticks?: number[]; // of a logarithmic axis, where powers of ten are not what people read; ascending
    mustShow?: number; // a value that the axis has room for
}

/** A logarithmic axis has no place for 0: values of 0 get a band of their own at its beginning. */
const ZERO_BAND = 0.06;

/** Smallest value above 0, and largest. */
function extent({ values, mustShow = 0 }: Measure): [number, number] {
    let low = mustShow > 0 ? mustShow : Infinity, high = mustShow;
    for (let i = 0; i < values.length; i++) {
        if (values[i] > high)
            high = values[i];
        if (values[i] > 0)
            low = Math.min(low, values[i]);
    }
    return low <= high ? [low, high] : [1, 10];
}

function powersOfTen(low: number, high: number, room: number): number[] {
    const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high));
    const step = Math.max(1, Math.ceil((last - first + 1) / room)), ticks: number[] = [];
    for (let power = first; power <= last; power += step)
        ticks.push(10 ** power);
    return ticks;
}

/** Those within, thinned until they fit; halves of the decades where there are too few. */
function logTicks({ ticks }: Measure, low: number, high: number, room: number): number[] {
    if (!ticks) {
        const tens = powersOfTen(low, high, room);
        return tens.length > 1 ? tens
            : scaleLog().domain([low, high]).ticks(room).filter(t => /^[125]/.test(t.toExponential()));
    }
    const within = ticks.filter(tick => tick >= low && tick <= high), step = Math.ceil(within.length / room);
    return within.filter((_, i) => i % step === 0);
}

export class Axis {
    readonly hasZeros: boolean;
    private readonly scale: ScaleLinear<number, number> | ScaleLogarithmic<number, number>;

    constructor(readonly measure: Measure) {
        const [low, high] = extent(measure);
        this.hasZeros = measure.isLog && Array.prototype.includes.call(measure.values, 0);
        this.scale = measure.isLog ? scaleLog().domain([low / 1.5, high * 1.5]) : scaleLinear().domain([0, high]).nice();
        this.scale.range([this.hasZeros ? ZERO_BAND : 0, 1]);
    }

    /** The value at the beginning, that of zeros aside. */
    get lowest(): number {
        return this.scale.domain()[0];
    }

    place(value: number): number {
        if (this.measure.isLog && value <= 0)
            return this.hasZeros ? ZERO_BAND / 3 : 0;
        return Math.min(Math.max(this.scale(value) as number, 0), 1);
    }

    value(place: number): number {
        return this.measure.isLog && this.hasZeros && place < ZERO_BAND * 0.8 ? 0 : this.scale.invert(place);
    }

    places(): Float32Array {
        return Float32Array.from(this.measure.values, value => this.place(value));
    }

    private ticks(length: number): number[] {
        const room = Math.max(2, Math.floor(length / 62));
        if (!this.measure.isLog)
            return this.scale.ticks(room);
        const [low, high] = this.scale.domain();
        return [...(this.hasZeros ? [0] : []), ...logTicks(this.measure, low, high, room)];
    }

    draw(group: Selection<SVGGElement, unknown, null, undefined>, length: number, isX: boolean): void {
        const at = (value: number) => isX ? this.place(value) * length : (1 - this.place(value)) * length;
        const scale = Object.assign(at, {
            domain: () => this.scale.domain(),
            range: () => isX ? [0, length] : [length, 0],
            copy: () => scale,
        });
        const axis = (isX ? axisBottom(scale) : axisLeft(scale))
            .tickValues(this.ticks(length)).tickFormat(value => this.measure.format(Number(value)))
            .tickSizeOuter(0).tickPadding(5);
        group.call(axis);
    }
}
