// The page in a browser, from the disk, without a network: what it shows is what tanpa says.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { DATA, folder, jsonLines, launch, open, REPOSITORY, tanpa } from "./kit.mjs";

const EXAMPLE = join(REPOSITORY, "examples/infected-host"), HONEYPOTS = join(REPOSITORY, "examples/honeypots");
const EVALUATED = ["--host", "winxp=10.0.0.11", "--host", "win2000=10.0.0.12", "--log", join(HONEYPOTS, "winxp.csv"),
    "--log", join(HONEYPOTS, "win2000.csv"), "--log-timezone", "Asia/Tokyo", HONEYPOTS];
const ARITHMETIC = { c2: "control", download: "download", upload: "upload", intrusion: "intrusion", other: "other" };

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/** Makes a page of captures and opens it. */
async function openReport(t, captures, { verb = "scan", args = [], ...options } = {}) {
    const path = join(folder(t), "report.html");
    tanpa(verb, "--quiet", "--html", path, ...args, ...[captures].flat());
    const page = await open(browser, path, options);
    t.after(() => page.context().close());
    page.path = path;
    return page;
}

const number = text => Number(text.replace(/[^\d.-]/g, ""));
const cells = (page, selector) => page.locator(selector).allInnerTexts();
const rowCount = async (page, table) => {
    const text = await page.locator(`#${table} .pager [role=status]`).innerText();
    return text.startsWith("No ") ? 0 : number(text.match(/of ([\d,]+)/)[1]);
};

/** Sessions by verdict and short ones, as tanpa scan counts them. */
function scanCounts(captures, ...args) {
    const counts = { short: 0, c2: 0, download: 0, upload: 0, intrusion: 0, other: 0 };
    for (const line of jsonLines("scan", "--json", "--quiet", ...args, ...[captures].flat()))
        if (line.type === "channel") {
            counts.short += line.short_sessions;
            for (const [kind, n] of Object.entries(line.by_verdict))
                counts[kind] += n;
        }
    return counts;
}

function findingsOf(...args) {
    return jsonLines("scan", "--json", "--quiet", ...args).filter(line => line.type === "finding");
}

async function pageCounts(page) {
    const words = await page.locator("#threshold-words").innerText();
    const counts = { short: number(words.match(/bytes ([\d,]+) session/)[1]) };
    for (const kind of Object.keys(ARITHMETIC))
        counts[kind] = number(await page.locator(`#verdict-counts tr[data-kind=${kind}] td`).first().innerText());
    return counts;
}

async function moveThreshold(page, value) {
    await page.locator("#threshold-number").fill(String(value));
    await page.locator("#threshold-number").press("Enter");
}

test("opens from a file, asks nothing of the network, complains of nothing", async t => {
    for (const capture of [EXAMPLE, HONEYPOTS]) {
        const page = await openReport(t, capture);
        assert.deepEqual(page.requests, []);
        assert.deepEqual(page.complaints, []);
        assert.match(await page.title(), /tanpa$/);
    }
});

test("the policy lets nothing in but the page's own style and script", async t => {
    const page = await openReport(t, EXAMPLE);
    const policy = await page.locator("meta[http-equiv=Content-Security-Policy]").getAttribute("content");
    assert.match(policy, /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; img-src blob:; base-uri 'none'; form-action 'none'$/);
    assert.equal(await page.evaluate(() => {
        const script = document.createElement("script");
        script.textContent = "window.ran = 1";
        document.body.append(script);
        return window.ran;
    }), undefined);
    assert.equal(await page.evaluate(() => [...document.querySelectorAll("*")]
        .filter(e => [...e.attributes].some(a => a.name.startsWith("on"))).length), 0);
});

test("findings are those of --json, in its order", async t => {
    for (const capture of [EXAMPLE, HONEYPOTS]) {
        const page = await openReport(t, capture);
        const expected = findingsOf(capture).map(f => ({
            rank: f.rank, severity: f.severity, title: `${f.inside_h} → ${f.server}:${f.port}/${f.proto}`,
            names: f.names.filter(n => n !== f.server && n !== `${f.server}:${f.port}`).join(", "), score: f.score === null ? "" : f.score >= 0.995 ? "> 99%" : `${Math.round(100 * f.score)}%`,
            techniques: f.techniques.join(" "), facts: f.facts,
            why: [...f.evidence.map(e => e.words), ...(f.plain_rule ? ["the paper's rule: short packets"] : [])],
        }));
        assert.ok(expected.length > 0);
        const shown = [];
        for (;;) {
            shown.push(...await page.locator(".finding").evaluateAll(cards => cards.map(card => {
                const text = selector => card.querySelector(selector)?.textContent ?? "";
                return {
                    rank: card.value, severity: text(".severity"), title: text("h3"), names: text(".names"),
                    score: text(".score"), techniques: [...card.querySelectorAll(".technique")].map(e => e.textContent).join(" "),
                    facts: text(".facts-line"), why: [...card.querySelectorAll(".why li")].map(e => e.textContent),
                };
            })));
            const next = page.getByRole("button", { name: "Next findings" });
            if (!await next.isVisible() || await next.isDisabled())
                break;
            await next.click();
        }
        assert.deepEqual(shown, expected);
    }
});

test("the threshold changes the counts to those of tanpa scan --threshold", async t => {
    for (const [capture, start] of [[EXAMPLE, 100], [HONEYPOTS, 52.25]]) {
        const page = await openReport(t, capture, { args: ["--threshold", String(start)] });
        assert.deepEqual(await pageCounts(page), scanCounts(capture, "--threshold", String(start)));
        for (const threshold of [0, 40, 57, 99, 101, 300, 651, 1500]) {
            await moveThreshold(page, threshold);
            assert.deepEqual(await pageCounts(page), scanCounts(capture, "--threshold", String(threshold)), `at ${threshold}`);
        }
        await page.locator("#threshold-reset").click();
        assert.deepEqual(await pageCounts(page), scanCounts(capture, "--threshold", String(start)));
    }
});

test("the threshold moves by keyboard, and by its line in the picture", async t => {
    const page = await openReport(t, EXAMPLE);
    await page.locator("#threshold").focus();
    await page.keyboard.press("End");
    assert.deepEqual(await pageCounts(page), scanCounts(EXAMPLE, "--threshold", "1500"));
    await page.keyboard.press("Home");
    assert.deepEqual(await pageCounts(page), scanCounts(EXAMPLE, "--threshold", "0"));
    await page.locator("#threshold-reset").click();
    const line = page.locator("#duration-length .threshold-handle");
    await line.scrollIntoViewIfNeeded();
    const box = await line.boundingBox();
    await page.mouse.move(box.x + 100, box.y + 6);
    await page.mouse.down();
    await page.mouse.move(box.x + 100, box.y - 30, { steps: 4 });
    await page.mouse.up();
    const moved = await page.locator("#threshold-number").inputValue();
    assert.ok(Number(moved) > 100, moved);
    assert.deepEqual(await pageCounts(page), scanCounts(EXAMPLE, "--threshold", moved));
    assert.equal(await page.locator("#selection").isVisible(), false);
});

test("a brush filters hosts, channels, sessions and the timeline; clearing brings all back", async t => {
    const page = await openReport(t, EXAMPLE);
    const all = await rowCount(page, "sessions");
    const plot = page.locator("#duration-length .brush .overlay");
    await plot.scrollIntoViewIfNeeded();
    const box = await plot.boundingBox();
    await page.mouse.move(box.x + 2, box.y + 2); // all long sessions: above the line of 100 bytes
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 2, box.y + box.height * 0.3, { steps: 5 });
    await page.mouse.up();
    const some = await rowCount(page, "sessions");
    assert.ok(some > 0 && some < all);
    assert.match(await page.locator("#selection").innerText(), new RegExp(`^${some} of ${all} sessions`));
    const lengths = await cells(page, "#sessions tbody tr td:nth-child(11)");
    assert.ok(lengths.every(length => number(length) > 100), lengths.join());
    assert.ok(await rowCount(page, "channels") < 13);
    await page.getByRole("button", { name: "Clear all" }).click();
    assert.equal(await rowCount(page, "sessions"), all);
    assert.equal(await rowCount(page, "channels"), 13);
});

test("sessions are selected by numbers, without a mouse", async t => {
    const page = await openReport(t, EXAMPLE);
    await page.locator("#sent-received summary").click();
    await page.getByLabel("Sent from, bytes").fill("10000");
    await page.locator("#sent-received").getByRole("button", { name: "Select" }).click();
    const expected = jsonLines("sessions", "--format", "json", "--quiet", EXAMPLE).filter(s => s.sent >= 10000).length;
    assert.equal(await rowCount(page, "sessions"), expected);
});

test("findings on the allow list are hidden, counted, and shown when asked for", async t => {
    const allow = join(folder(t), "allow.txt");
    writeFileSync(allow, "192.0.2.80 # ours\n");
    const page = await openReport(t, EXAMPLE, { args: ["--allow", allow] });
    const all = findingsOf("--allow", allow, EXAMPLE), allowed = all.filter(finding => finding.allowed);
    assert.equal(allowed.length, 1);
    assert.equal(await page.locator(".finding").count(), all.length - 1);
    assert.match(await page.locator("#findings-count").innerText(), /1 on the allow list/);
    await page.getByLabel(/allow list/).check();
    assert.equal(await page.locator(".finding").count(), all.length);
    assert.ok((await page.locator("#provenance").innerText()).includes(allow));
});

test("findings are filtered by host, severity, verdict and text", async t => {
    const page = await openReport(t, HONEYPOTS), all = findingsOf(HONEYPOTS), filters = page.locator("#findings-filters");
    const count = async () => number((await page.locator("#findings-count").innerText()).match(/^([\d,]+) of/)[1]);
    const choose = (label, value) => filters.getByLabel(label).selectOption(value);
    await choose("Host", "10.0.0.11");
    assert.equal(await count(), all.filter(f => f.inside_h === "10.0.0.11").length);
    await choose("Severity", "high");
    assert.equal(await count(), all.filter(f => f.inside_h === "10.0.0.11" && f.severity === "high").length);
    await choose("Host", "");
    await choose("Severity", "");
    await choose("Verdict", "upload");
    const uploads = await count();
    assert.ok(uploads > 0 && uploads < all.length);
    await choose("Verdict", "");
    await page.getByLabel("Search findings").fill("192.0.2.166");
    await page.waitForFunction(() => document.querySelectorAll(".finding").length === 1);
});

test("a finding leads to its sessions, and its selection to those of tanpa sessions", async t => {
    const page = await openReport(t, EXAMPLE, { permissions: ["clipboard-read", "clipboard-write"] });
    const [first] = findingsOf(EXAMPLE);
    await page.getByRole("button", { name: "Its sessions" }).first().click();
    assert.equal(await rowCount(page, "sessions"), first.sessions);
    assert.equal(await rowCount(page, "channels"), 1);
    await page.getByRole("button", { name: "Copy the --select" }).first().click();
    await page.waitForFunction(() => document.querySelector(".finding-links [role=status]").textContent === "copied");
    const select = (await page.evaluate(() => navigator.clipboard.readText())).match(/^--select '(.*)'$/)[1];
    assert.equal(jsonLines("sessions", "--format", "json", "--quiet", "--select", select, EXAMPLE).length, first.sessions);
});

test("sessions are those of tanpa sessions, with their Community IDs", async t => {
    const page = await openReport(t, EXAMPLE);
    await page.locator("#sessions .pager select").selectOption("100");
    const expected = jsonLines("sessions", "--format", "json", "--quiet", EXAMPLE);
    const ids = await cells(page, "#sessions tbody tr td:last-child");
    assert.deepEqual(ids, expected.map(session => session.community_id));
    const verdicts = (await cells(page, "#sessions tbody tr td:nth-child(2)")).map(text => text.trim());
    assert.deepEqual(verdicts, expected.map(session => ARITHMETIC[session.verdict]));
    await page.getByLabel("Search sessions").fill(ids[7]);
    await page.waitForFunction(() => document.querySelectorAll("#sessions tbody tr").length < 60);
    assert.equal(await page.locator("#sessions tbody tr td:last-child").first().innerText(), ids[7]);
});

test("tables sort, search and turn pages", async t => {
    const page = await openReport(t, HONEYPOTS);
    const head = page.locator("#channels").getByRole("button", { name: "Sessions", exact: true });
    const column = async () => (await cells(page, "#channels tbody tr td:nth-child(5)")).map(number);
    let shown = await column(); // the largest first to begin with
    assert.deepEqual(shown, [...shown].sort((a, b) => b - a));
    assert.equal(shown[0], 28);
    await head.click();
    shown = await column();
    assert.deepEqual(shown, [...shown].sort((a, b) => a - b));
    assert.equal(shown[0], 1);
    assert.equal(await page.locator("#channels th[aria-sort=ascending]").count(), 1);
    await head.click();
    assert.equal((await column())[0], 28);
    const before = await cells(page, "#channels tbody tr td:nth-child(2)");
    await page.locator("#channels").getByRole("button", { name: "Next page" }).click();
    assert.notDeepEqual(await cells(page, "#channels tbody tr td:nth-child(2)"), before);
    await page.getByLabel("Search channels").fill("6667");
    await page.waitForFunction(() => document.querySelector("#channels .pager [role=status]").textContent.includes("of 6 "));
});

test("CSV and copy have what is listed", async t => {
    const page = await openReport(t, EXAMPLE, { permissions: ["clipboard-read", "clipboard-write"] });
    await page.getByLabel("Search sessions").fill("10.0.0.42");
    await page.waitForFunction(() => document.querySelector("#sessions .pager [role=status]").textContent.includes("of 28 "));
    const [saved] = await Promise.all([page.waitForEvent("download"),
        page.getByRole("button", { name: "Save the sessions that are listed as CSV" }).click()]);
    const lines = readFileSync(await saved.path(), "utf8").trimEnd().split("\n");
    assert.equal(saved.suggestedFilename(), "sessions.csv");
    assert.equal(lines.length, 1 + 28);
    assert.ok(lines.slice(1).every(line => line.includes("10.0.0.42") && line.split(",").length === lines[0].split(",").length));
    assert.match(lines[1], /^2009-03-13T01:20:\d\d\.\d{6}Z,/);
    await page.getByRole("button", { name: "Copy the hosts that are listed" }).click();
    await page.waitForFunction(() => document.querySelector("#hosts .tools [role=status]").textContent === "copied");
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied.trimEnd().split("\n").length, 3);
});

test("pictures are saved as SVG and PNG", async t => {
    const page = await openReport(t, EXAMPLE);
    for (const picture of ["sent-received", "duration-length"]) {
        const save = async kind => {
            const [saved] = await Promise.all([page.waitForEvent("download"),
                page.locator(`#${picture}`).getByRole("button", { name: kind }).click()]);
            assert.equal(saved.suggestedFilename(), `${picture}.${kind.toLowerCase()}`);
            return readFileSync(await saved.path());
        };
        const svg = (await save("SVG")).toString();
        const read = await page.evaluate(text => {
            const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
            return { error: parsed.querySelector("parsererror")?.textContent, marks: parsed.querySelectorAll("use").length,
                ticks: parsed.querySelectorAll(".tick, text").length, classes: parsed.querySelectorAll("[class]").length };
        }, svg);
        assert.equal(read.error, undefined);
        assert.equal(read.marks, 68 + 5); // and the legend's
        assert.ok(read.ticks > 6);
        const png = await save("PNG");
        assert.equal(png.subarray(1, 4).toString(), "PNG");
        assert.ok(png.readUInt32BE(16) > 800 && png.readUInt32BE(20) > 500);
    }
});

test("hover tells of a session", async t => {
    const page = await openReport(t, EXAMPLE);
    const lane = page.locator(".lanes li", { hasText: "192.0.2.206:31789" }).locator("canvas"); // one long session
    await lane.scrollIntoViewIfNeeded();
    const box = await lane.boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    assert.match(await page.locator("#tip").innerText(), /192\.0\.2\.206:31789/);
});

test("the timeline zooms, moves, and selects its time", async t => {
    const page = await openReport(t, EXAMPLE), timeline = page.locator("#timeline");
    const all = await rowCount(page, "sessions");
    const ticks = () => page.locator(".time-axis text").allInnerTexts();
    const before = await ticks();
    await timeline.getByRole("button", { name: "Zoom in" }).click();
    await timeline.getByRole("button", { name: "Zoom in" }).click();
    await timeline.getByRole("button", { name: "Later" }).click();
    assert.notDeepEqual(await ticks(), before);
    await timeline.getByRole("button", { name: "Select this time" }).click();
    const some = await rowCount(page, "sessions");
    assert.ok(some > 0 && some < all);
    await timeline.getByRole("button", { name: "whole time" }).click();
    await page.getByRole("button", { name: "Clear all" }).click();
    assert.deepEqual(await ticks(), before);
});

test("the timeline shows one host's rows, and all again", async t => {
    const page = await openReport(t, EXAMPLE), host = page.locator("#timeline").getByLabel("Host");
    const rows = () => cells(page, ".lane-name");
    const all = await rows();
    await host.selectOption("10.0.0.42");
    const own = all.filter(name => name.startsWith("10.0.0.42"));
    assert.ok(own.length > 0 && own.length < all.length);
    assert.deepEqual(await rows(), own);
    await page.getByRole("button", { name: "Clear all" }).click();
    assert.deepEqual(await rows(), all);
    assert.equal(await host.inputValue(), "");
});

test("nothing of a capture runs", async t => {
    const capture = join(folder(t), "<img src=x onerror=window.ran=1>.pcap");
    execFileSync(join(REPOSITORY, "tests/web/hostile-capture"), [capture]);
    const page = await openReport(t, capture);
    assert.equal(await page.evaluate(() => window.ran), undefined);
    assert.deepEqual([page.requests, page.complaints], [[], []]);
    assert.equal(await page.locator("main script, main img, header img").count(), 0);
    const names = await cells(page, "#sessions tbody tr td:nth-child(6)");
    assert.ok(names.includes("<script>window.ran=1</script>"), names.join("\n"));
    assert.deepEqual(await cells(page, ".finding .names"), names.slice(0, 8)); // one of each
    assert.equal(names[7], "\\u{2028}\\u{2029}\\u{202e}{{data}}\\u003cb>"); // nothing turns around what follows
    assert.match(await page.locator("#subject").innerText(), /<img src=x/);
    const [saved] = await Promise.all([page.waitForEvent("download"),
        page.getByRole("button", { name: "Save the sessions that are listed as CSV" }).click()]);
    assert.match(readFileSync(await saved.path(), "utf8"), /,'=cmd\|/);
});

test("provenance has files, hashes, what was skipped, and the command", async t => {
    const capture = join(folder(t), "copy of.pcap.zst");
    copyFileSync(join(EXAMPLE, "infected-host.pcap.zst"), capture);
    const page = await openReport(t, capture, { args: ["--timezone", "Asia/Tokyo"] });
    const text = await page.locator("#provenance").innerText();
    assert.ok(text.includes(createHash("sha256").update(readFileSync(capture)).digest("hex")));
    assert.ok(text.includes(`--timezone Asia/Tokyo '${capture}'`), text);
    const model = createHash("sha256").update(readFileSync(join(REPOSITORY, "data/channel.model"))).digest("hex");
    assert.ok(text.includes(model));
    assert.match(text, /area under the ROC curve, control against downloads\s+0\.\d+ \(0\.\d+ to/);
    assert.match(text, /not IP \(ARP, LLDP, …\)\s+22/);
    assert.ok(text.includes("318 kB"));
    assert.deepEqual((await page.locator("#zone option").allInnerTexts()).slice(0, 2), ["UTC", "Asia/Tokyo"]);
});

test("a damaged file is told of at the top", async t => {
    const path = join(folder(t), "report.html"), capture = join(folder(t), "cut.pcap.zst");
    execFileSync("sh", ["-c", `head -c 200000 '${join(EXAMPLE, "infected-host.pcap.zst")}' >'${capture}'`]);
    assert.throws(() => tanpa("scan", "--quiet", "--html", path, capture)); // exit status 3
    const page = await open(browser, path);
    t.after(() => page.context().close());
    assert.match(await page.locator(".notice").innerText(), /1 file could not be read/);
});

test("an evaluation is that of tanpa evaluate, its curve that of tanpa calibrate", async t => {
    const page = await openReport(t, [], { verb: "evaluate", args: EVALUATED });
    const lines = jsonLines("evaluate", "--quiet", "--format", "json", ...EVALUATED);
    const words = cell => typeof cell === "object" ? `${cell.count} of ${cell.of}` : String(cell);
    for (const [id, title] of [["table2", /^Table 2:/], ["table3", /^Table 3:/]]) {
        const region = page.getByRole("region", { name: title }).locator("tbody tr");
        const shown = await region.evaluateAll(rows => rows.map(row => [...row.cells].map(cell => cell.textContent.split(":")[0])));
        const expected = lines.filter(line => line.type === id)
            .map(line => [line.row, line.winxp, line.win2000, line.all].map(words).map(text => text.split(":")[0]));
        assert.ok(expected.length > 5);
        assert.deepEqual(shown, expected);
    }
    const curve = jsonLines("calibrate", "--quiet", "--bootstrap", "0", "--table", "roc", "--format", "json", ...EVALUATED);
    for (const threshold of [100, 300, 520]) {
        await moveThreshold(page, threshold);
        const point = curve.filter(p => p.threshold <= threshold).pop();
        const share = n => `${Number((100 * n).toFixed(1))}%`;
        assert.equal(await page.locator(".roc [role=status]").innerText(),
            `At ${threshold} bytes ${share(point.true_positive_rate)} of control is found, and ` +
            `${share(point.false_positive_rate)} of the downloads are taken for it.`);
    }
    assert.deepEqual(page.complaints, []);
});

test("lines of a log that are not matched are listed", async t => {
    const log = join(folder(t), "log.csv");
    writeFileSync(log, "time,source,destination\n2009-03-13T01:20:09Z,10.0.0.23,198.51.100.9\n");
    const page = await openReport(t, [], { verb: "evaluate", args: ["--log", log, EXAMPLE] });
    assert.match(await page.getByRole("region", { name: /^Lines without a session/ }).innerText(), /198\.51\.100\.9/);
    const files = await page.getByRole("region", { name: "Other files" }).innerText();
    assert.ok(files.includes("acquisition log") && files.includes(createHash("sha256").update(readFileSync(log)).digest("hex")));
});

test("times change with the zone, numbers with the reader's language", async t => {
    const page = await openReport(t, EXAMPLE, { locale: "de-DE" });
    assert.equal(await page.locator("#figures dt", { hasText: /^packets$/ }).locator("xpath=..").locator("dd").innerText(), "1.328");
    assert.match(await page.locator("#span").innerText(), /^2009-03-13 01:20:04 .*UTC/);
    await page.locator("#zone").selectOption("Asia/Tokyo");
    assert.match(await page.locator("#span").innerText(), /^2009-03-13 10:20:04 .*GMT\+9/);
    assert.match(await page.locator("#sessions tbody td").first().innerText(), /^2009-03-13 10:20:04\.526/);
    await page.locator("#zone").selectOption("America/St_Johns");
    assert.match(await page.locator("#sessions tbody td").first().innerText(), /^2009-03-12 22:50:04\.526/);
});

test("all can be reached by keyboard, and focus is seen", async t => {
    const page = await openReport(t, EXAMPLE);
    const reached = new Set();
    for (let i = 0; i < 150; i++) {
        await page.keyboard.press("Tab");
        const { id, outline } = await page.evaluate(() => {
            const e = document.activeElement, style = getComputedStyle(e);
            return { id: e.closest("section")?.id ?? e.tagName, outline: style.outlineStyle };
        });
        reached.add(id);
        if (id !== "BODY")
            assert.notEqual(outline, "none", id);
    }
    for (const section of ["findings", "pictures", "timeline", "hosts", "channels", "sessions"])
        assert.ok(reached.has(section), section);
});

test("axe finds nothing serious, in either theme, wide or narrow, with a selection", async t => {
    const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
    for (const colorScheme of ["light", "dark"])
        for (const width of [1440, 390]) {
            const page = await openReport(t, [], { verb: "evaluate", args: EVALUATED, colorScheme, viewport: { width, height: 900 } });
            await page.getByRole("button", { name: "Its sessions" }).first().click();
            await page.evaluate(axe);
            const { violations } = await page.evaluate(() => window.axe.run());
            const serious = violations.filter(v => ["serious", "critical"].includes(v.impact))
                .map(v => `${v.id}: ${v.nodes.map(n => n.html).join("\n")}`);
            assert.deepEqual(serious, [], `${colorScheme}, ${width}`);
            assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${width} wide`);
        }
});

test("paper has no controls, light colours, all findings and lines for marks; the screen is as before", async t => {
    const page = await openReport(t, HONEYPOTS, { colorScheme: "dark" });
    const look = () => page.evaluate(() => [getComputedStyle(document.body).backgroundColor,
        document.querySelectorAll(".finding").length, document.querySelectorAll("#sent-received .marks use").length,
        document.querySelector("nav").checkVisibility(), document.querySelector("#sessions .tools").checkVisibility()]);
    const before = await look();
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    assert.deepEqual(await look(), ["rgb(255, 255, 255)", findingsOf(HONEYPOTS).length, 711, false, false]);
    assert.ok(await page.evaluate(() => document.querySelector("main").scrollWidth <= 680)); // pixels of A4 between margins
    await page.emulateMedia({ media: "screen" });
    await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
    assert.deepEqual(await look(), before);
    assert.equal((await page.pdf()).subarray(0, 5).toString(), "%PDF-");
});

test("a sample says so, keeps findings, counts all, and is the same with two threads", async t => {
    const args = ["--html-sessions", "400"], page = await openReport(t, HONEYPOTS, { args });
    assert.match(await page.locator(".notice").first().innerText(), /of 711 sessions one by one: all those of findings/);
    assert.ok(await rowCount(page, "sessions") <= 400);
    await moveThreshold(page, 300);
    assert.deepEqual(await pageCounts(page), scanCounts(HONEYPOTS, "--threshold", "300"));
    const other = join(folder(t), "report.html");
    tanpa("scan", "--quiet", "--threads", "2", "--html", other, ...args, HONEYPOTS);
    const columns = path => readFileSync(path, "utf8").match(/id="columns">([^<]+)/)[1];
    assert.equal(columns(other), columns(page.path));
});

test("sessions of a log that does not tell packet lengths are never short, and in one picture only", async t => {
    const log = join(folder(t), "conn.log"), rows = ["", "10\t12"].map((packets, i) =>
        `1236907204.${i}\tC${i}\t10.0.0.5\t4000${i}\t192.0.2.7\t6667\ttcp\t1.5\t300\t400\tSF\t${packets || "-\t-"}`);
    writeFileSync(log, ["#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tduration\torig_bytes\t" +
        "resp_bytes\tconn_state\torig_pkts\tresp_pkts", ...rows, ""].join("\n"));
    const page = await openReport(t, log);
    assert.deepEqual(await cells(page, "#figures dt"), ["findings", "inside host", "channel", "sessions",
        "attempts without payload", "records of flow logs"]);
    assert.deepEqual((await cells(page, "#sessions tbody td:nth-child(11)")), ["–", "31.8"]);
    assert.match(await page.locator("#duration-length > p").innerText(), /^1 session; of 1 more the log does not tell/);
    assert.match(await page.locator("#sent-received > p").innerText(), /^2 sessions$/);
    assert.equal(await page.locator("#duration-length .tick").count() > 2, true);
    await moveThreshold(page, 1500);
    assert.deepEqual(await pageCounts(page), scanCounts(log, "--threshold", "1500"));
    assert.deepEqual(page.complaints, []);
});

test("no sessions, no packets: a page all the same", async t => {
    for (const args of [["--filter", "ip6"], ["--filter", "arp"]]) {
        const page = await openReport(t, EXAMPLE, { args });
        assert.match(await page.locator(".notice").innerText(), /^Nothing to judge/);
        assert.deepEqual(page.complaints, []);
    }
});

test("many sessions: the page is small, says how it draws, and can be used at once", async t => {
    const generate = process.env.TANPA_GENERATE ?? join(REPOSITORY, "build/bench/tanpa-generate");
    if (!existsSync(generate))
        return t.skip("tanpa-generate is not built");
    const capture = join(folder(t), "many.pcap");
    execFileSync(generate, ["-q", "-s", "session-heavy", "-n", "100k", "-o", capture]);
    const page = await openReport(t, capture);
    assert.ok(statSync(page.path).size <= 15e6);
    const ready = await page.evaluate(() => performance.getEntriesByName("tanpa-ready")[0].startTime);
    t.diagnostic(`${statSync(page.path).size} bytes, ready after ${Math.round(ready)} ms`);
    assert.ok(ready < 10_000, `${ready} ms`); // a busy machine; tests/web/load-times.mjs measures
    assert.match(await page.locator("#sent-received > p").innerText(), /drawn by density/);
    assert.match((await cells(page, ".notice")).join("\n"), /^The first 1,000 of [\d,]+ findings are on this page/m);
    assert.match(await page.locator("#findings-count").innerText(), /^1,000 of 1,000 findings/);
    assert.deepEqual(page.complaints, []);
});

test("real captures open", async t => {
    const captures = join(DATA, "captures");
    if (!existsSync(captures))
        return t.skip(`no captures in ${basename(DATA)}`);
    for (const name of readdirSync(captures).filter(name => name.endsWith(".pcap.zst")).filter((_, i) => i % 12 === 0)) {
        const page = await openReport(t, join(captures, name));
        assert.deepEqual([page.requests, page.complaints], [[], []], name);
        await page.context().close();
    }
});

