#!/usr/bin/env node
// Size of the page, and how long it takes until it can be used, for 1 thousand, 100 thousand and 1 million sessions.
//
//     tests/web/load-times.mjs [SESSIONS…]        TANPA, TANPA_GENERATE: the programs (default: in build/)
//
// "Ready" is from the beginning of the navigation until the page has drawn itself and a frame has been shown;
// "threshold" until the next frame after the threshold was moved. Each is the median of three openings.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch, open, REPOSITORY, tanpa } from "./kit.mjs";

const GENERATE = process.env.TANPA_GENERATE ?? join(REPOSITORY, "build/bench/tanpa-generate");
const ROUNDS = 3;
const sizes = process.argv.length > 2 ? process.argv.slice(2) : ["1000", "100000", "1000000"];

const median = values => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const seconds = ms => `${(ms / 1000).toFixed(2)} s`;

export async function measure(browser, path) {
    const page = await open(browser, path);
    const ready = await page.evaluate(() => new Promise(resolve =>
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())))));
    const moved = await page.evaluate(() => new Promise(resolve => {
        const slider = document.getElementById("threshold"), begin = performance.now();
        slider.value = "150";
        slider.dispatchEvent(new Event("input"));
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - begin)));
    }));
    const marked = await page.evaluate(() => performance.getEntriesByName("tanpa-ready")[0].startTime);
    await page.context().close();
    return { ready: Math.max(marked, 0), shown: ready, moved };
}

const folder = mkdtempSync(join(tmpdir(), "tanpa-page-"));
const browser = await launch();
console.log("| sessions asked for | page | ready | first frame | threshold |\n|---|---|---|---|---|");
try {
    for (const n of sizes) {
        const capture = join(folder, `${n}.pcap`), path = join(folder, `${n}.html`);
        execFileSync(GENERATE, ["-q", "-s", "session-heavy", "-n", n, "-o", capture]);
        tanpa("scan", "--quiet", "--csv", "--html", path, capture);
        rmSync(capture);
        const rounds = [];
        for (let i = 0; i < ROUNDS; i++)
            rounds.push(await measure(browser, path));
        const of = key => seconds(median(rounds.map(round => round[key])));
        console.log(`| ${n} | ${(statSync(path).size / 1e6).toFixed(2)} MB | ${of("ready")} | ${of("shown")} | ${of("moved")} |`);
    }
} finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
}
