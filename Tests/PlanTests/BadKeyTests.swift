import Testing

@testable import Plan

/// Keys that are unknown, missing, or say nothing.
@Suite struct BadKeyTests {
    private static let rows: [BadFile] = [
        BadFile(
            "an unknown key names the nearest",
            replacing: "{ latency:",
            with: "{ latncy:",
            expects: [
                "14:55: error: unknown key 'latncy' in delay; expected latency, jitter, distribution, correlation, reorder, loss, duplicate, corrupt, rate, slots, to, from, peers, direction, ports, port, protocol, interface, cgroup, user, container, flows. Did you mean 'latency'?"
            ]
        ),
        BadFile(
            "an unknown key at the top",
            replacing: "faults:",
            with: "fault:",
            expects: [
                "13:1: error: unknown key 'fault' in the experiment; expected faultline, name, description, files, lab, hosts, groups, load, history, faults, targets, guard, capture, clock-bound, failure-modes, duration, take-over. Did you mean 'faults'?"
            ]
        ),
        BadFile(
            "a misspelt kind is not also a missing one",
            replacing: "delay: {",
            with: "dealy: {",
            expects: [
                "14:46: error: unknown key 'dealy' in fault 'slow'; expected name, at, not-before, for, every, times, on, delay, loss, duplicate, corrupt, rate, slots, partition, reset, kill, pause, restart, stress, limit. Did you mean 'delay'?"
            ]
        ),
        BadFile(
            "a key far from any right one gets no suggestion",
            replacing: "name: web\n",
            with: "name: web\nzebra: 1\n",
            expects: [
                "3:1: error: unknown key 'zebra' in the experiment; expected faultline, name, description, files, lab, hosts, groups, load, history, faults, targets, guard, capture, clock-bound, failure-modes, duration, take-over"
            ]
        ),
        BadFile(
            "two mistakes are both reported, the first of the file first",
            replacing: "rate: 500/s",
            with: "rate: 500/s\n    burst: 3\n    conections: 4",
            expects: [
                "13:5: error: unknown key 'burst' in load 'browse'; expected from, http, redis, postgres, grpc, tcp, udp, dns, icmp, rate, good, check, connections, retries, data",
                "14:5: error: unknown key 'conections' in load 'browse'; expected from, http, redis, postgres, grpc, tcp, udp, dns, icmp, rate, good, check, connections, retries, data. Did you mean 'connections'?",
            ]
        ),
        BadFile(
            "a missing key says what to write",
            replacing: "    from: client\n",
            with: "",
            expects: [
                "10:5: error: load 'browse' has no key 'from'; expected for example from: client"
            ]
        ),
        BadFile(
            "no version",
            replacing: "faultline: 1\n",
            with: "",
            expects: [
                "1:1: error: the experiment has no key 'faultline'; expected for example faultline: 1"
            ]
        ),
        BadFile(
            "a later version of the format",
            replacing: "faultline: 1",
            with: "faultline: 2",
            expects: [
                "1:12: error: faultline is '2'; expected 1, the version of this format"
            ]
        ),
        BadFile(
            "no duration",
            replacing: "duration: 10s\n",
            with: "",
            expects: [
                "1:1: error: the experiment has no key 'duration'; expected for example duration: 90s"
            ]
        ),
        BadFile(
            "no load",
            replacing:
                #"load:\#n  browse:\#n    from: client\#n    http: { url: "http://web1:8080/" }\#n    rate: 500/s\#n"#,
            with: "",
            expects: [
                "1:1: error: the experiment has no key 'load'; expected for example load: { browse: { … } }"
            ]
        ),
        BadFile(
            "an empty map of loads",
            replacing:
                #"load:\#n  browse:\#n    from: client\#n    http: { url: "http://web1:8080/" }\#n    rate: 500/s\#n"#,
            with: "load: {}\n",
            expects: [
                "8:7: error: load is empty; expected a map of names to loads, such as browse: { from: …, http: …, rate: 500/s }"
            ]
        ),
        BadFile(
            "no targets",
            replacing: #"targets:\#n  availability: { objective: "99.9", load: browse }\#n"#,
            with: "",
            expects: [
                #"1:1: error: the experiment has no key 'targets'; expected for example targets: { availability: { objective: "99.9" } }"#
            ]
        ),
        BadFile(
            "targets without one",
            replacing: #"targets:\#n  availability: { objective: "99.9", load: browse }\#n"#,
            with: "targets: {}\n",
            expects: [
                "16:10: error: targets is empty; expected one of availability, latency, recovery, correctness, openslo"
            ]
        ),
    ]

    @Test(arguments: rows) func `says what is wrong, where, and what was expected`(_ row: BadFile) {
        row.check()
    }
}
