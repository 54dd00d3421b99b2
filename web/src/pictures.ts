// The paper's two pictures: figure 3, what was sent and received; figure 4, duration and mean packet length.
import { Measure } from "./axis";
import { byId, h } from "./dom";
import { formatBytes, formatDuration, formatNumber } from "./format";
import { Picture } from "./picture";
import { View } from "./view";

const DURATIONS = [1e-6, 1e-5, 1e-4, 0.001, 0.01, 0.1, 1, 10, 60, 600, 3600, 6 * 3600, 86400, 7 * 86400, 30 * 86400];

export function addPictures(view: View): void {
    const s = view.report.sessions;
    const bytes = (name: string, values: ArrayLike<number>): Measure =>
        ({ name, unit: "bytes", values, format: formatBytes, isLog: true });
    const seconds = Float64Array.from(s.duration, us => us / 1e6);
    const duration = (isLog: boolean): Measure =>
        ({ name: "Duration", unit: "seconds", values: seconds, format: v => formatDuration(v * 1e6), isLog, ticks: DURATIONS });
    const length = (isLog: boolean): Measure => ({
        name: "Mean packet length", unit: "bytes", values: s.mean, format: formatNumber, isLog,
        mustShow: view.report.scan.threshold,
    });
    new Picture(view, byId("sent-received"), {
        id: "sent-received", title: "Sent against received", x: bytes("Received", s.received), y: bytes("Sent", s.sent),
        hasThreshold: false,
    });
    const second = new Picture(view, byId("duration-length"), {
        id: "duration-length", title: "Duration against packet length", x: duration(true), y: length(true),
        hasThreshold: true,
    });
    const linear = h("input", { type: "checkbox" });
    linear.addEventListener("change", () => {
        view.select({ region: null });
        second.setMeasures(duration(!linear.checked), length(!linear.checked));
    });
    byId("duration-length").querySelector(".tools")!.prepend(h("label", {}, linear, " linear, as in the paper"));
}
