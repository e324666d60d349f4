import Testing

@testable import Plan

/// Faults that cannot act, or would fight.
@Suite struct BadFaultTests {
    private static let rows: [BadFile] = [
        BadFile(
            "an unknown host names the nearest",
            replacing: "on: web1, delay",
            with: "on: wbe1, delay",
            expects: [
                "14:40: error: unknown host 'wbe1' in on; the lab has web1, web2, client. Did you mean 'web1'?"
            ]
        ),
        BadFile(
            "load from an unknown host",
            replacing: "from: client",
            with: "from: clients",
            expects: [
                "10:11: error: unknown host 'clients' in from; the lab has web1, web2, client. Did you mean 'client'?"
            ]
        ),
        BadFile(
            "a host twice in a list",
            replacing: "on: web1, delay",
            with: "on: [web1, web1], delay",
            expects: [
                "14:40: error: on names a host twice: web1, web1"
            ]
        ),
        BadFile(
            "an empty list of hosts",
            replacing: "on: web1, delay",
            with: "on: [], delay",
            expects: [
                "14:40: error: on is an empty list; expected a host or a list of hosts"
            ]
        ),
        BadFile(
            "more hosts than the list has",
            replacing: "on: web1, delay",
            with: "on: { any: { 3 of: [web1, web2] } }, delay",
            expects: [
                "14:47: error: any takes '3' of 2 hosts; expected 1 to 2, the length of the list"
            ]
        ),
        BadFile(
            "a share of hosts without per cent",
            replacing: "on: web1, delay",
            with: "on: { percent: { 30 of: [web1, web2] } }, delay",
            expects: [
                "14:51: error: percent takes '30'; expected more than 0% and at most 100%"
            ]
        ),
        BadFile(
            "a host that delays what it sends to itself",
            replacing: "{ latency: 100ms }",
            with: "{ latency: 100ms, to: [web1, web2] }",
            expects: [
                "14:75: error: 'web1' is in 'on' and in 'to'; expected other hosts in 'to'"
            ]
        ),
        BadFile(
            "an unknown service lists those of the host",
            replacing: "service: nginx",
            with: "service: ngnx",
            expects: [
                "15:55: error: unknown service 'ngnx'; web1 has nginx. Did you mean 'nginx'?"
            ]
        ),
        BadFile(
            "a service of a host that has none",
            replacing: "on: web1, kill",
            with: "on: web2, kill",
            expects: [
                "15:55: error: unknown service 'nginx'; web2 has no services"
            ]
        ),
        BadFile(
            "a signal that is none",
            replacing: "service: nginx }",
            with: "service: nginx, signal: SIGKILL }",
            expects: [
                "15:70: error: 'SIGKILL' is no signal; expected KILL, TERM, INT, QUIT, HUP, USR1, USR2, ABRT. Did you mean 'KILL'?"
            ]
        ),
        BadFile(
            "a fault without a kind",
            replacing: ", delay: { latency: 100ms }",
            with: "",
            expects: [
                "14:5: error: fault 'slow' has no kind; expected one of delay, loss, duplicate, corrupt, rate, slots, partition, reset, kill, pause, restart, stress, limit"
            ]
        ),
        BadFile(
            "a fault of two kinds",
            replacing: "delay: {",
            with: "pause: { service: nginx }, delay: {",
            expects: [
                "14:5: error: fault 'slow' has 2 kinds: delay, pause; expected one of delay, loss, duplicate, corrupt, rate, slots, partition, reset, kill, pause, restart, stress, limit"
            ]
        ),
        BadFile(
            "a delay without an end",
            replacing: ", for: 2s",
            with: "",
            expects: [
                "14:5: error: fault 'slow' has no key 'for'; expected for example for: 10s"
            ]
        ),
        BadFile(
            "a kill with a length",
            replacing: "at: 6s,",
            with: "at: 6s, for: 1s,",
            expects: [
                "15:28: error: fault 'crash': kill takes no 'for'; restart-after inside kill says when it is back"
            ]
        ),
        BadFile(
            "a partition with on",
            replacing: "on: web1, delay: { latency: 100ms }",
            with: "on: web1, partition: { between: [web1, web2] }",
            expects: [
                "14:36: error: a partition takes no 'on'; expected its hosts in between: [a, b], or from: a and to: b"
            ]
        ),
        BadFile(
            "a partition with three sides",
            replacing: "on: web1, delay: { latency: 100ms }",
            with: "partition: { between: [web1, web2, client] }",
            expects: [
                "14:58: error: between is a list of 3; expected two sides, each a host or a list: [a, b] or [a, [b, c]]"
            ]
        ),
        BadFile(
            "a partition of a host from itself",
            replacing: "on: web1, delay: { latency: 100ms }",
            with: "partition: { between: [web1, [web2, web1]] }",
            expects: [
                "14:65: error: 'web1' is on both sides; expected different hosts"
            ]
        ),
        BadFile(
            "a fault after the end",
            replacing: "at: 6s",
            with: "at: 10s",
            expects: [
                "15:20: error: fault 'crash' starts at 10s, but the run ends at 10s"
            ]
        ),
        BadFile(
            "a fault that outlives the run",
            replacing: "at: 2s, for: 2s",
            with: "at: 2s, for: 9s",
            expects: [
                "14:19: error: fault 'slow' ends at 11s, but the run ends at 10s"
            ]
        ),
        BadFile(
            "the last repetition is after the end",
            replacing: "for: 2s,",
            with: "for: 2s, every: 4s, times: 3,",
            expects: [
                "14:19: error: repetition 3 of fault 'slow' starts at 10s, but the run ends at 10s"
            ]
        ),
        BadFile(
            "every without times",
            replacing: "for: 2s,",
            with: "for: 2s, every: 4s,",
            expects: [
                "14:5: error: fault 'slow' needs both or none of 'every: 30s' and 'times: 5'"
            ]
        ),
        BadFile(
            "a repetition that meets itself",
            replacing: "for: 2s,",
            with: "for: 2s, every: 1s, times: 2,",
            expects: [
                "14:36: error: fault 'slow' lasts 2s but comes every 1s; expected it to end before"
            ]
        ),
        BadFile(
            "a second kill of what stays dead",
            replacing: "at: 6s,",
            with: "at: 6s, every: 1s, times: 2,",
            expects: [
                "15:5: error: fault 'crash' kills 2 times; expected restart-after, so that there is something to kill again"
            ]
        ),
        BadFile(
            "a fault named like a phase",
            replacing: "name: slow",
            with: "name: recovery",
            expects: [
                "14:13: error: 'recovery' is the name of a phase; expected another name"
            ]
        ),
        BadFile(
            "two faults of one name",
            replacing: "name: crash",
            with: "name: slow",
            expects: [
                "15:5: error: a second fault 'slow'; the first is on line 14"
            ]
        ),
        BadFile(
            "a pause of what is dead",
            replacing: "targets:",
            with: "  - { name: stop, at: 8s, for: 1s, on: web1, pause: { service: nginx } }\ntargets:",
            expects: [
                "16:5: error: fault 'stop' fights with 'crash' (line 15): both act on nginx on web1 from 8s to 9s; expected them apart in time, or on other hosts"
            ]
        ),
        BadFile(
            "a restart of what is dead",
            replacing: "targets:",
            with: "  - { name: again, at: 8s, on: [web1], restart: { service: nginx } }\ntargets:",
            expects: [
                "16:5: error: fault 'again' fights with 'crash' (line 15): both act on nginx on web1 from 8s to 9s; expected them apart in time, or on other hosts"
            ]
        ),
    ]

    @Test(arguments: rows) func `says what is wrong, where, and what was expected`(_ row: BadFile) {
        row.check()
    }
}
