import Testing

@testable import Plan

/// Names, commands, and files that are no experiment at all.
@Suite struct BadShapeTests {
    private static let rows: [BadFile] = [
        BadFile(
            "a host name that does not fit an interface's",
            replacing: "    web2: {}",
            with: "    a-very-long-name: {}",
            expects: [
                "6:5: error: 'a-very-long-name' is no host name; expected lower-case letters, digits and -, first a letter, at most 15, not localhost"
            ]
        ),
        BadFile(
            "a host name in capitals",
            replacing: "    web2: {}",
            with: "    Web2: {}",
            expects: [
                "6:5: error: 'Web2' is no host name; expected lower-case letters, digits and -, first a letter, at most 15, not localhost"
            ]
        ),
        BadFile(
            "a host named like this machine",
            replacing: "    web2: {}",
            with: "    localhost: {}",
            expects: [
                "6:5: error: 'localhost' is no host name; expected lower-case letters, digits and -, first a letter, at most 15, not localhost"
            ]
        ),
        BadFile(
            "a mark that is no pattern",
            replacing: "    web2: {}",
            with: "    web2: { services: [ { name: a, run: a, marks: { up: \"(\" } } ] }",
            expects: ["6:57: error: up is cut off: a group is not closed"]
        ),
        BadFile(
            "marks without patterns, and a log that is nowhere",
            replacing: "    web2: {}",
            with: "    web2: { services: [ { name: a, run: a, log: a.log, marks: up } ] }",
            expects: [
                "6:49: error: log is 'a.log'; expected an absolute path, or one that begins with {dir}/",
                "6:63: error: marks is 'up'; expected a map of names and patterns, such as { loaded: \"Ready to accept\" }",
            ]
        ),
        BadFile(
            "two services of one name",
            replacing: "    web2: {}",
            with: "    web2: { services: [ { name: a, run: a }, { name: a, run: b } ] }",
            expects: [
                "6:46: error: a second service 'a' on web2"
            ]
        ),
        BadFile(
            "a quotation without an end",
            replacing: "nginx -c {files}",
            with: "nginx -c '{files}",
            expects: [
                "5:45: error: run ends inside a quotation: ' without its other end"
            ]
        ),
        BadFile(
            "a pipe without a shell",
            replacing: "nginx -c {files}/nginx.conf",
            with: "nginx | tee log",
            expects: [
                "5:45: error: '|' needs a shell and run has none; expected a command, or sh -c '…'"
            ]
        ),
        BadFile(
            "a misspelt placeholder",
            replacing: "{files}/nginx",
            with: "{file}/nginx",
            expects: [
                "5:45: error: unknown placeholder '{file}' in run; expected {files} (the experiment's folder) or {dir}. Did you mean '{files}'?"
            ]
        ),
        BadFile(
            "readiness on a host outside the lab",
            replacing: #"ready: "http://web1:8080/""#,
            with: #"ready: "http://web3:8080/""#,
            expects: [
                "5:83: error: ready goes to 'web3'; targets must be hosts of the lab: web1, web2, client. Did you mean 'web1'?"
            ]
        ),
        BadFile(
            "a TCP readiness without a port",
            replacing: #"ready: "http://web1:8080/""#,
            with: #"ready: "tcp://web1""#,
            expects: [
                "5:83: error: ready is 'tcp://web1'; expected tcp://host:port"
            ]
        ),
        BadFile(
            "a scalar where a map is expected",
            replacing: #"    http: { url: "http://web1:8080/" }"#,
            with: "    http: fast",
            expects: [
                "11:11: error: http is 'fast'; expected a map of url, method, headers, body, version, streams, timeout, tls"
            ]
        ),
        BadFile(
            "nothing where a map is expected",
            replacing: #"    http: { url: "http://web1:8080/" }"#,
            with: "    http:",
            expects: [
                "11:10: error: http is nothing; expected a map of url, method, headers, body, version, streams, timeout, tls"
            ]
        ),
        BadFile(
            "a list where a text is expected",
            replacing: "name: web\n",
            with: "name: [web]\n",
            expects: [
                "2:7: error: the name of the experiment is a list; expected letters, digits, - and _"
            ]
        ),
        BadFile(
            "a map where a list is expected",
            replacing:
                "faults:\n  - { name: slow, at: 2s, for: 2s, on: web1, delay: { latency: 100ms } }\n  - { name: crash, at: 6s, on: web1, kill: { service: nginx } }\n",
            with: "faults:\n  slow: { at: 2s, for: 2s, on: web1, delay: { latency: 100ms } }\n",
            expects: [
                "14:3: error: faults is a map; expected a list such as - { name: slow, at: 20s, for: 10s, on: web1, delay: { latency: 100ms } }"
            ]
        ),
        BadFile(
            "a clock bound without a unit",
            replacing: "duration: 10s",
            with: "clock-bound: 5\nduration: 10s",
            expects: [
                "18:14: error: clock-bound is '5' without a unit; expected a duration such as 200ms (units: ns, us, ms, s, m, h)"
            ]
        ),
        BadFile(
            "a clock bound of nothing",
            replacing: "duration: 10s",
            with: "clock-bound: 0s\nduration: 10s",
            expects: ["18:14: error: clock-bound is '0s'; expected 1us to 1m"]
        ),
        BadFile(
            "a clock bound that does what is not known",
            replacing: "duration: 10s",
            with: "clock-bound: { limit: 1ms, beyond: refuze }\nduration: 10s",
            expects: [
                "18:36: error: 'refuze' is no beyond; expected inconclusive, refuse. Did you mean 'refuse'?"
            ]
        ),
        BadFile(
            "a start that is both",
            replacing: "at: 2s",
            with: "at: 2s, not-before: 2s",
            expects: [
                "14:27: error: fault 'slow' has 'at' and 'not-before'; expected one of them"
            ]
        ),
        BadFile(
            "a start after the end, by its other name",
            replacing: "at: 2s",
            with: "not-before: 20s",
            expects: [
                "14:19: error: fault 'slow' starts at 20s, but the run ends at 10s"
            ]
        ),
        BadFile(
            "a capture on a host outside the lab",
            replacing: "duration: 10s",
            with: "capture: [client, wbe1]\nduration: 10s",
            expects: [
                "18:19: error: unknown host 'wbe1' in capture; the lab has web1, web2, client. Did you mean 'web1'?"
            ]
        ),
        BadFile(
            "a capture on one host twice",
            replacing: "duration: 10s",
            with: "capture: [client, web1, client]\nduration: 10s",
            expects: [
                "18:10: error: capture names a host twice: client, web1, client"
            ]
        ),
        BadFile(
            "a capture with a filter, which it has not",
            replacing: "duration: 10s",
            with: "capture: { client: tcp }\nduration: 10s",
            expects: [
                "18:10: error: capture is a map; expected a host of the lab: web1, web2, client"
            ]
        ),
        BadFile(
            "a capture of nothing",
            replacing: "duration: 10s",
            with: "capture:\nduration: 10s",
            expects: [
                "18:9: error: capture is nothing; expected a host of the lab: web1, web2, client"
            ]
        ),
        BadFile(
            "a name with a blank",
            replacing: "name: web\n",
            with: "name: my web\n",
            expects: [
                "2:7: error: 'my web' is no name for the experiment; expected letters, digits, - and _, at most 48, the first not a -"
            ]
        ),
        BadFile(
            "a files folder elsewhere",
            replacing: "name: web\n",
            with: "name: web\nfiles: ../secrets\n",
            expects: [
                "3:8: error: files is '../secrets'; expected the name of a folder beside this file, such as web-failover"
            ]
        ),
        BadFile(
            "a key twice in braces",
            replacing: "at: 2s,",
            with: "at: 2s, at: 3s,",
            expects: [
                "14:27: error: key 'at' is given twice; it stands on line 14 already"
            ]
        ),
        BadFile(
            "a key twice in a block",
            replacing: "    rate: 500/s\n",
            with: "    rate: 500/s\n    from: web2\n",
            expects: [
                "13:5: error: key 'from' is given twice; it stands on line 10 already"
            ]
        ),
        BadFile(
            "a tab as indent",
            replacing: "    from: client",
            with: "\tfrom: client",
            expects: [
                "10:1: error: not YAML: a tab cannot indent; expected spaces"
            ]
        ),
        BadFile(
            "a brace without its other end",
            replacing: "{ latency: 100ms }",
            with: "{ latency: 100ms ",
            expects: [
                "15:3: error: not YAML: did not find expected ',' or '}' (while parsing a flow mapping from line 14, column 5)"
            ]
        ),
        BadFile(
            "a selector in braces that YAML cannot read",
            replacing: "on: web1, delay",
            with: "on: { any: 1 of [web1, web2] }, delay",
            expects: [
                #"14:52: error: not YAML: did not find expected ',' or '}' (while parsing a flow mapping from line 14, column 40); inside braces a selector reads {any: {1 of: [a, b]}} or {any: "1 of [a, b]"}"#
            ]
        ),
        BadFile(
            "an alias without an anchor",
            replacing: "on: web1, delay",
            with: "on: *web, delay",
            expects: [
                "14:40: error: not YAML: found undefined alias"
            ]
        ),
        BadFile(
            "an alias as a key",
            replacing: "duration: 10s",
            with: "duration: &a 10s\n*a : 1",
            expects: [
                "19:1: error: a key is not a plain word; expected key: value"
            ]
        ),
        BadFile(
            "a list as a key",
            replacing: "duration: 10s",
            with: "duration: 10s\n[a, b]: 1",
            expects: [
                "19:1: error: a key is not a plain word; expected key: value"
            ]
        ),
        BadFile(
            "a second document",
            replacing: "duration: 10s\n",
            with: "duration: 10s\n---\nfaultline: 1\n",
            expects: [
                "19:1: error: a second document begins; expected one experiment in a file"
            ]
        ),
        BadFile(
            "a NUL character",
            replacing: "name: web\n",
            with: "name: w\0eb\n",
            expects: [
                "2:8: error: character U+0000 is not allowed; expected UTF-8 text"
            ]
        ),
        BadFile(
            "a bell in a name, escaped",
            replacing: "name: web\n",
            with: #"name: "w\ab"\#n"#,
            expects: [
                "2:7: error: 'w�b' is no name for the experiment; expected letters, digits, - and _, at most 48, the first not a -"
            ]
        ),
        BadFile(
            "an empty file",
            whole: "",
            expects: [
                "1:1: error: the file is empty; expected an experiment: faultline: 1, name, …"
            ]
        ),
        BadFile(
            "only a comment",
            whole: "# nothing\n",
            expects: [
                "1:1: error: the file is empty; expected an experiment: faultline: 1, name, …"
            ]
        ),
        BadFile(
            "a list",
            whole: "- a\n",
            expects: [
                "1:1: error: the experiment is a list; expected a map of faultline, name, description, files, lab, hosts, groups, load, history, faults, targets, guard, capture, clock-bound, failure-modes, duration, take-over"
            ]
        ),
        BadFile(
            "a text",
            whole: "hello\n",
            expects: [
                "1:1: error: the experiment is 'hello'; expected a map of faultline, name, description, files, lab, hosts, groups, load, history, faults, targets, guard, capture, clock-bound, failure-modes, duration, take-over"
            ]
        ),
        BadFile(
            "nothing at all",
            whole: "~\n",
            expects: [
                "1:1: error: the experiment is nothing; expected a map of faultline, name, description, files, lab, hosts, groups, load, history, faults, targets, guard, capture, clock-bound, failure-modes, duration, take-over"
            ]
        ),
        BadFile(
            "brackets without an end",
            whole: String(repeating: "[", count: 2000),
            expects: [
                "1:1: error: nested deeper than 64 levels"
            ]
        ),
        BadFile(
            "nested deeper than any experiment",
            whole: "a: " + String(repeating: "[", count: 100) + String(repeating: "]", count: 100),
            expects: [
                "1:68: error: nested deeper than 64 levels"
            ]
        ),
        BadFile(
            "a quote without an end",
            whole: #"name: "x\#n"#,
            expects: [
                "2:1: error: not YAML: found unexpected end of stream (while scanning a quoted scalar from line 1, column 7)"
            ]
        ),
    ]

    @Test(arguments: rows) func `says what is wrong, where, and what was expected`(_ row: BadFile) {
        row.check()
    }
}
