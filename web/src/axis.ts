// A dimension of a picture: where a value lies, from 0 to 1, and the ticks.
import { axisBottom, axisLeft } from "d3-axis";
import { ScaleLinear, scaleLinear, ScaleLogarithmic, scaleLog } from "d3-scale";
import { Selection } from "d3-selection";

export interface Measure {
    name: string; // "Sent"
    unit: string; // "bytes"
    values: ArrayLike<number>;
    format(value: number): string;
    least: number; // smallest step: a logarithmic axis begins here
    isLog: boolean;
}

/** A logarithmic axis has no place for 0: values of 0 get a band of their own at its beginning. */
const ZERO_BAND = 0.06;

function largest(values: ArrayLike<number>): number {
    let most = 0;
    for (let i = 0; i < values.length; i++)
        most = Math.max(most, values[i]);
    return most;
}

export class Axis {
    readonly hasZeros: boolean;
    private readonly scale: ScaleLinear<number, number> | ScaleLogarithmic<number, number>;

    constructor(readonly measure: Measure) {
        const { values, least, isLog } = measure;
        const top = Math.max(largest(values), least * 10);
        this.hasZeros = isLog && Array.prototype.some.call(values, (value: number) => value < least);
        this.scale = isLog ? scaleLog().domain([least, top * 1.3]) : scaleLinear().domain([0, top]).nice();
        this.scale.range([this.hasZeros ? ZERO_BAND : 0, 1]);
    }

    place(value: number): number {
        if (this.measure.isLog && value < this.measure.least)
            return this.hasZeros ? ZERO_BAND / 3 : 0;
        return this.scale(value) as number;
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
        const [low, high] = this.scale.domain().map(Math.log10);
        const step = Math.max(1, Math.ceil((high - low) / room)), ticks: number[] = this.hasZeros ? [0] : [];
        for (let power = Math.ceil(low - 1e-9); power <= high; power += step)
            ticks.push(10 ** power);
        return ticks;
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
