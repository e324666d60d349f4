import Testing

@testable import Plan

@Suite struct DigestTests {
    private func digest(_ yaml: String) throws -> String {
        try Plan(yaml: yaml, fileName: "web.yaml").digest
    }

    /// The same experiment: keys of maps the other way round, comments, quotes, other units, defaults written out.
    private static let rewritten = #"""
        # a comment
        duration: 10000ms
        targets: { availability: { confidence: 95.0%, counting: requests, load: "browse", objective: 99.90% } }
        guard: []
        faults:
          - delay: { loss: 0%, jitter: 0s, distribution: uniform, latency: 0.1s }
            on: [web1]
            for: 2s
            at: 2s
            name: slow
          - { kill: { signal: KILL, service: nginx }, on: web1, at: 6000ms, name: 'crash' }
        load:
          browse:
            connections: 64
            good: { status: 200-399 }
            rate: 30000/min
            http: { timeout: 1s, method: GET, headers: {}, body: "", url: "http://web1:8080" }
            from: client   # and another
        lab:
          hosts:
            client:
            web2: { services: [] }
            web1:
              services:
                - ready-within: 10s
                  ready: http://web1:8080
                  run: [nginx, -c, "{files}/nginx.conf"]
                  name: nginx
        description: ""
        name: web
        faultline: 1

        """#

    @Test func `two files that say the same have the same digest`() throws {
        #expect(try digest(Self.rewritten) == digest(BadFile.base))
    }

    @Test(arguments: [
        ("a latency", "latency: 100ms", "latency: 100001us"),
        ("a default that is overridden", "{ latency: 100ms }", "{ latency: 100ms, jitter: 1ns }"),
        ("a rate", "rate: 500/s", "rate: 500.001/s"),
        ("a process of the same rate", "rate: 500/s", "rate: { poisson: 500/s }"),
        ("the last digit of an objective", "\"99.9\"", "\"99.90000000000001\""),
        ("a word of a command", "-c {files}", "-c  '' {files}"),
        ("a mark in a log", "name: nginx,", "name: nginx, marks: { up: ready },"),
        ("where the log is", "name: nginx,", "name: nginx, log: /var/log/nginx.log,"),
        ("the name of a host", "web2", "web3"),
        ("a description", "name: web\n", "name: web\ndescription: x\n"),
        ("the folder that a command names", "name: web\n", "name: web\nfiles: other\n"),
        (
            "a header", "{ url: \"http://web1:8080/\" }",
            "{ url: \"http://web1:8080/\", headers: { A: \"\" } }"
        ),
        ("a clock bound", "duration: 10s", "clock-bound: 100us\nduration: 10s"),
        (
            "what a wide clock bound brings about", "duration: 10s",
            "clock-bound: { limit: 1ms, beyond: refuse }\nduration: 10s"
        ),
        ("a start that is not to be early", "at: 2s", "not-before: 2s"),
        ("a capture", "duration: 10s", "capture: client\nduration: 10s"),
        ("the run's length", "duration: 10s", "duration: 11s"),
    ])
    func `whatever is run otherwise has another digest`(_ what: String, _ old: String, _ new: String) throws {
        let changed = BadFile("", replacing: old, with: new, expects: []).yaml
        #expect(try digest(changed) != digest(BadFile.base), "\(what)")
    }

    @Test func `hosts to capture are a set, and none is the default`() throws {
        func digest(capture: String) throws -> String {
            let old = "duration: 10s"
            let file = BadFile("", replacing: old, with: "capture: \(capture)\n\(old)", expects: [])
            return try self.digest(file.yaml)
        }
        #expect(try digest(capture: "[client, web1]") == digest(capture: "[web1, client]"))
        #expect(try digest(capture: "client") == digest(capture: "[client]"))
        #expect(try digest(capture: "client") != digest(capture: "web1"))
        #expect(try digest(capture: "[]") == self.digest(BadFile.base))
    }

    @Test func `a digest is the same on every machine and in every version`() throws {
        let plan = try Plan(yaml: BadFile.base, fileName: "web.yaml")
        #expect(plan.digest == SHA256.hex(plan.canonicalText.utf8))
        #expect(plan.digest == "86e3b5fe81b6d8257eb3cbf565e385e397de2607e4fc6d2c9c1a6997a159ffeb")
    }

    @Test func `the canonical text is an experiment file with the same digest`() throws {
        for yaml in try [BadFile.base, Example.text("web-failover.yaml"), Self.everything] {
            let plan = try Plan(yaml: yaml, fileName: "web.yaml")
            let again = try Plan(yaml: plan.canonicalText, fileName: "other.yaml")
            #expect(again.canonicalText == plan.canonicalText)
            #expect(again.digest == plan.digest)
        }
    }

    /// One of every form that the grammar has.
    private static let everything = #"""
        faultline: 1
        name: all
        description: "a \"quote\", a \\, a\nline, a tab\t, a bell\a, é, 日本, 😀, \U0010ffff, \u2028"
        lab:
          hosts:
            a: { services: [ { name: s, run: 'x "y z" \| "\$"', ready: "tcp://a:1", ready-within: 1m } ] }
            b: { services: [ { name: s, run: [x, "", "a\nb"], ready: "http://b:65535/p?q=%20" } ] }
            c: {}
        load:
          one:
            from: c
            http: { url: "http://a?x", method: POST, body: "a\0b\r\n", headers: { X-B: "ü", X-A: "" }, timeout: 60s }
            rate: 1/h
            good: { status: 204, within: 1us }
            connections: 10000
          two: { from: c, http: { url: "http://b/" }, rate: { ramp: { from: 7/min, to: 0/s } } }
          four: { from: c, http: { url: "http://b/" }, rate: { steps: [ { rate: 1/s, for: 2s }, { rate: 0/s, for: 1ms } ] } }
          five: { from: c, http: { url: "http://b/" }, rate: { sine: { mean: 3/s, amplitude: 0.1/s, period: 1m } } }
          three: { from: c, http: { url: "http://b/" }, rate: { poisson: 0.3/s } }
        faults:
          - { name: d, at: 1s, for: 1ms, every: 2s, times: 3, on: { any: { 1 of: [a, b] } },
              delay: { latency: 10m, jitter: 1us, distribution: normal, loss: 0.0000000000000001%, to: [c] } }
          - { name: l, at: 0.5s, for: 100ms, on: { percent: "33.3% of [a, b, c]" }, loss: { share: 100% } }
          - { name: p, at: 10s, for: 1s, partition: { from: [a, b], to: c } }
          - { name: q, at: 12s, for: 1s, partition: { between: [[a, b], c] } }
          - { name: k, at: 14s, every: 2s, times: 2, on: a, kill: { service: s, signal: USR1, restart-after: 1s } }
          - { name: z, at: 14s, for: 1s, on: b, pause: { service: s } }
          - { name: r, not-before: 19.5s, on: [a, b], restart: { service: s } }
          - { name: d2, at: 1s, for: 1s, on: a, delay: { latency: 2ms, jitter: 1ms, distribution: [1, -2], correlation: 5%,
              reorder: { share: 1%, correlation: 2%, gap: 3 }, loss: { four-state: { p13: 1% } }, duplicate: { share: 1%,
              correlation: 2% }, corrupt: 1%, rate: { bandwidth: 9bit, burst: 1B, queue: 2, overhead: -3 },
              slots: { gap: [1ms, 2ms], packets: 1, bytes: 2B }, peers: [b, 10.0.0.0/8, "::/0"], direction: both,
              ports: [1, 2-3], protocol: udp, interface: e, flows: 1% } }
          - { name: l2, at: 1s, for: 1s, on: a, loss: { gilbert-elliott: { p: 1%, r: 2%, 1-h: 3%, 1-k: 4% }, user: "7",
              cgroup: "/x y" } }
          - { name: u, at: 1s, for: 1s, on: a, duplicate: { share: 1%, rate: 1kbit, loss: { share: 1%, correlation: 1% } } }
          - { name: w, at: 1s, for: 1s, on: a, corrupt: { share: 1%, from: b } }
          - { name: v, at: 1s, for: 1s, on: a, slots: { gap: 1ms, corrupt: { share: 2%, correlation: 1% } } }
          - { name: x, at: 1s, for: 1s, partition: { drop: { a: [b, c] }, flows: 50% } }
          - { name: y, at: 1s, for: 1s, partition: { shape: ring, of: [c, b, a] } }
          - { name: t, at: 1s, on: a, reset: { to: b, port: 1 } }
          - { name: p2, at: 1s, for: 1s, on: a, pause: { cgroup: /x, by: freezer } }
          - { name: k2, at: 1s, on: c, kill: { process: "a b*" } }
          - { name: s2, at: 1s, for: 1s, on: a, stress: { cpu: { workers: 2, load: 1% }, memory: 7%, disk: { folder: /f, leave: 9B },
              io: { folder: /g, workers: 3, size: 4KiB } } }
          - { name: m2, at: 1s, for: 1s, on: a, limit: { unit: u, cpus: 0.01, memory: 1MiB, read: 1B/s, write: 2B/s,
              read-operations: 3/s, write-operations: 4/s, device: "8:0" } }
        targets:
          availability:
            - { nines: 15, phase: baseline, confidence: 99.999999999% }
            - { objective: 0.000000000000000001, counting: slices, slice: 10ms, load: two }
            - { name: t, target: 0.99995, counting: slices, slice-target: 99.5%, window: 52w, on-insufficient-data: fail,
                stop-early: true }
          latency:
            - { quantile: p99.99999, below: 60s, load: one, confidence: 50% }
            - { share-under: 1us, at-least: 0.1%, phase: k, name: u, on-insufficient-data: fail }
          recovery:
            - { within: 1ms }
            - { fault: k, within: 2s, after: fault-end, outage: 1s, errors: 0, longest-burst: 7 }
        guard: [ { availability-below: 0.5%, over: 100ms }, { availability-below: 100%, over: 20s } ]
        capture: [c, a]
        clock-bound: { limit: 1us, beyond: refuse }
        duration: 20s

        """#

    @Test(arguments: [
        ("FIPS 180-4, one block", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "FIPS 180-4, two blocks", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        ("nothing", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (
            "a million a, FIPS 180-2 B.3", String(repeating: "a", count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
        (
            "padding that needs a block of its own (56 bytes)", String(repeating: "a", count: 56),
            "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"
        ),
        (
            "the most that fits with its padding (55 bytes)", String(repeating: "a", count: 55),
            "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"
        ),
    ])
    func `SHA-256 gives the published digests`(_ reason: String, _ text: String, _ digest: String) {
        #expect(SHA256.hex(text.utf8) == digest, "\(reason)")
    }
}
