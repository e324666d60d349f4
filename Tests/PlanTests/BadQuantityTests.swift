import Testing

@testable import Plan

/// Numbers, units, objectives and words that cannot be.
@Suite struct BadQuantityTests {
    private static let rows: [BadFile] = [
        BadFile(
            "a duration without a unit",
            replacing: "latency: 100ms",
            with: "latency: 100",
            expects: [
                "14:64: error: latency is '100' without a unit; expected a duration such as 200ms (units: ns, us, ms, s, m, h)"
            ]
        ),
        BadFile(
            "a unit that does not exist, with the nearest",
            replacing: "latency: 100ms",
            with: "latency: 100msec",
            expects: [
                "14:64: error: unknown unit 'msec' in latency; expected a duration such as 200ms (units: ns, us, ms, s, m, h). Did you mean '100ms'?"
            ]
        ),
        BadFile(
            "a duration that is no number",
            replacing: "latency: 100ms",
            with: "latency: fast",
            expects: [
                "14:64: error: latency is 'fast'; expected a duration such as 200ms (units: ns, us, ms, s, m, h)"
            ]
        ),
        BadFile(
            "a negative duration",
            replacing: "at: 2s",
            with: "at: -2s",
            expects: [
                "14:23: error: at is '-2s'; expected a duration such as 200ms (units: ns, us, ms, s, m, h)"
            ]
        ),
        BadFile(
            "a duration finer than the clock",
            replacing: "latency: 100ms",
            with: "latency: 0.5ns",
            expects: [
                "14:64: error: latency is '0.5ns'; expected whole nanoseconds"
            ]
        ),
        BadFile(
            "a duration that a 64-bit count cannot hold",
            replacing: "duration: 10s",
            with: "duration: 999999999999999999h",
            expects: [
                "18:11: error: duration is '999999999999999999h'; expected 1s to 24h"
            ]
        ),
        BadFile(
            "a run of more than a day",
            replacing: "duration: 10s",
            with: "duration: 25h",
            expects: [
                "18:11: error: duration is '25h'; expected 1s to 24h"
            ]
        ),
        BadFile(
            "an exponent is not a way to write a duration",
            replacing: "latency: 100ms",
            with: "latency: 1e2ms",
            expects: [
                "14:64: error: unknown unit 'e2ms' in latency; expected a duration such as 200ms (units: ns, us, ms, s, m, h)"
            ]
        ),
        BadFile(
            "a share without a per cent sign",
            replacing: "{ latency: 100ms }",
            with: "{ latency: 100ms, loss: 0.01 }",
            expects: [
                "14:77: error: loss is '0.01' without a %; expected a percentage such as 0.05%"
            ]
        ),
        BadFile(
            "a share above the whole",
            replacing: "{ latency: 100ms }",
            with: "{ latency: 100ms, loss: 101% }",
            expects: [
                "14:77: error: loss is '101%'; expected 0% to 100%"
            ]
        ),
        BadFile(
            "a loss of nothing",
            replacing: "delay: { latency: 100ms }",
            with: "loss: { share: 0% }",
            expects: [
                "14:61: error: share is '0%'; expected more than 0% and at most 100%"
            ]
        ),
        BadFile(
            "a jitter that would make time run backwards",
            replacing: "{ latency: 100ms }",
            with: "{ latency: 100ms, jitter: 200ms }",
            expects: [
                "14:71: error: jitter 200ms is more than the latency 100ms; a delay cannot be negative"
            ]
        ),
        BadFile(
            "an unknown word of a few",
            replacing: "{ latency: 100ms }",
            with: "{ latency: 100ms, distribution: norml }",
            expects: [
                "14:85: error: 'norml' is no distribution; expected uniform, normal, pareto, paretonormal. Did you mean 'normal'?"
            ]
        ),
        BadFile(
            "an objective of all requests, ever",
            replacing: #""99.9""#,
            with: #""100""#,
            expects: [
                "17:30: error: objective is '100'; expected a percentage between 0 and 100, such as 99.9"
            ]
        ),
        BadFile(
            "an objective that is no number",
            replacing: #""99.9""#,
            with: "three nines",
            expects: [
                "17:30: error: objective is 'three nines'; expected a percentage between 0 and 100, such as 99.9"
            ]
        ),
        BadFile(
            "nines and objective at once",
            replacing: #"{ objective: "99.9""#,
            with: #"{ nines: 3, objective: "99.9""#,
            expects: [
                #"17:17: error: availability has an objective twice; expected objective: "99.9", nines: 3 or target: 0.999"#
            ]
        ),
        BadFile(
            "half a nine",
            replacing: #"objective: "99.9""#,
            with: "nines: 3.5",
            expects: [
                "17:26: error: nines is '3.5'; expected a whole number from 1 to 15"
            ]
        ),
        BadFile(
            "certainty is not a confidence",
            replacing: "load: browse }\nd",
            with: "load: browse, confidence: 100% }\nd",
            expects: [
                "17:64: error: confidence is '100%'; expected 50% to below 100%, at most 9 decimals"
            ]
        ),
        BadFile(
            "a confidence finer than is kept",
            replacing: "load: browse }\nd",
            with: "load: browse, confidence: 95.0000000001% }\nd",
            expects: [
                "17:64: error: confidence is '95.0000000001%'; expected 50% to below 100%, at most 9 decimals"
            ]
        ),
        BadFile(
            "a target for a load that does not exist",
            replacing: "load: browse }\nd",
            with: "load: brose }\nd",
            expects: [
                "17:44: error: unknown load 'brose'; expected browse. Did you mean 'browse'?"
            ]
        ),
        BadFile(
            "a target for a phase that does not exist",
            replacing: "load: browse }\nd",
            with: "load: browse, phase: slwo }\nd",
            expects: [
                "17:59: error: unknown phase 'slwo'; expected baseline, crash, slow, recovery. Did you mean 'slow'?"
            ]
        ),
        BadFile(
            "a baseline that is empty",
            replacing:
                #"at: 2s, for: 2s, on: web1, delay: { latency: 100ms } }\#n  - { name: crash, at: 6s, on: web1, kill: { service: nginx } }\#ntargets:\#n  availability: { objective: "99.9", load: browse }"#,
            with:
                #"at: 0s, for: 2s, on: web1, delay: { latency: 100ms } }\#ntargets:\#n  availability: { objective: "99.9", phase: baseline }"#,
            expects: [
                "16:38: error: there is no baseline: fault 'slow' starts at 0s; expected it to start later"
            ]
        ),
        BadFile(
            "a latency claim that is half of each form",
            replacing: "targets:",
            with: "targets:\n  latency: [ { quantile: p99, at-least: 99% } ]",
            expects: [
                "17:14: error: latency makes no claim, or half of two; expected quantile: p99 with below: 50ms, or share-under: 300ms with at-least: 99%"
            ]
        ),
        BadFile(
            "a quantile that is none",
            replacing: "targets:",
            with: "targets:\n  latency: { quantile: 99, below: 50ms }",
            expects: [
                "17:24: error: quantile is '99'; expected p and a percentage between 0 and 100, such as p99 or p99.9"
            ]
        ),
        BadFile(
            "a slice where requests are counted",
            replacing: "load: browse }\nd",
            with: "load: browse, slice: 1s }\nd",
            expects: [
                "17:52: error: slice has no meaning here; expected counting: slices or users with it"
            ]
        ),
        BadFile(
            "recovery needs something to recover from",
            replacing:
                "faults:\n  - { name: slow, at: 2s, for: 2s, on: web1, delay: { latency: 100ms } }\n  - { name: crash, at: 6s, on: web1, kill: { service: nginx } }\ntargets:",
            with: "targets:\n  recovery: { within: 5s }",
            expects: [
                "14:13: error: recovery without a fault to recover from; expected one in faults"
            ]
        ),
        BadFile(
            "a guard without a sign of per cent",
            replacing: "targets:",
            with: "guard: [ { availability-below: 50, over: 2s } ]\ntargets:",
            expects: [
                "16:32: error: availability-below is '50' without a %; expected a percentage such as 0.05%"
            ]
        ),
        BadFile(
            "a guard that looks back further than the run",
            replacing: "targets:",
            with: "guard: [ { availability-below: 50%, over: 11s } ]\ntargets:",
            expects: [
                "16:43: error: over is '11s'; expected 100ms to 10s"
            ]
        ),
    ]

    @Test(arguments: rows) func `says what is wrong, where, and what was expected`(_ row: BadFile) {
        row.check()
    }
}
