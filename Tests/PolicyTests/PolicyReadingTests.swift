import Measures
import Plan
import Testing

@testable import Policy

/// Each mistake in a policy is named with its place, what was expected, and the nearest right spelling.
@Suite struct PolicyReadingTests {
    @Test func `the example reads as it says`() throws {
        let policy = try Policy(bytes: PolicySample.example(), fileName: "policy.yaml")
        #expect(policy.coordinators?.value == ["laptop", "ci"])
        #expect(policy.operators?.value == ["oncall"])
        #expect(
            policy.faults?.value
                == .allow([
                    "delay", "loss", "partition", "reset", "pause", "kill", "stress",
                ])
        )
        #expect(policy.interfaces?.value.map(\.text) == ["eth0", "veth*"])
        #expect(
            policy.allowedProcesses?.value.map(\.text) == ["service *", "unit app-*.service"]
        )
        #expect(
            policy.protectedProcesses.map(\.value.text) == [
                "process sshd", "process systemd", "process dockerd", "unit ssh.service",
                "cgroup /system.slice/node-exporter.service", "container db-*",
            ]
        )
        #expect(
            policy.protectedPeers.map(\.value.text) == [
                "192.0.2.53", "198.51.100.0/24", "fd00:0:0:53::/64",
            ]
        )
        #expect(policy.protectedPorts.map(\.value) == [5432...5432, 9090...9100])
        #expect(policy.ssh?.value == .refused)
        #expect(policy.longest?.value == .seconds(600))
        #expect(policy.mostAtOnce?.value == 20)
        #expect(policy.longestLease?.value == .seconds(5))
        #expect(policy.stress.mostWorkers?.value == 8)
        #expect(policy.stress.mostMemory?.value == 2 << 30)
        #expect(policy.stress.leaveDisk?.value == 500_000_000)
        #expect(policy.stress.folders?.value == ["/var/tmp", "/tmp"])
        #expect(policy.engines?.value.map(\.name) == ["docker", "podman"])
        #expect(policy.services?.value == .allowed)
        #expect(policy.captures?.value == .allowed)
    }

    @Test func `the version alone restricts nothing`() throws {
        #expect(try PolicySample.read("faultline-policy: 1\n") == Policy(fileName: "policy.yaml"))
    }

    @Test func `a rule keeps the line on which it stands, in a list that of its entry`() throws {
        let policy = try PolicySample.read(
            """
            faultline-policy: 1
            peers:
              never:
                - 10.0.0.1
                - 10.0.0.2
            ports: { never: [80] }
            """
        )
        #expect(policy.protectedPeers.map(\.place.line) == [4, 5])
        #expect(policy.protectedPorts.map(\.place) == [Place(line: 6, column: 18)])
    }

    /// The text on line 2, and the first lines of the messages without the file's name.
    @Test(arguments: [
        (
            "fault: { allow: [delay] }",
            [
                "2:1: error: unknown key 'fault' in the policy; expected faultline-policy, coordinators, operators, faults, interfaces, "
                    + "processes, peers, ports, longest, most-at-once, longest-lease, stress, services, "
                    + "captures, engines. Did you mean 'faults'?"
            ]
        ),
        (
            "faults: { allow: [dealy] }",
            [
                "2:19: error: 'dealy' is no kind of fault; expected delay, loss, duplicate, corrupt, rate, "
                    + "slots, partition, reset, kill, pause, restart, stress, limit. Did you mean 'delay'?"
            ]
        ),
        (
            "faults: { allow: [delay], deny: [loss] }",
            ["2:9: error: faults has allow and deny; expected one of them"]
        ),
        ("faults: {}", ["2:9: error: faults has neither allow nor deny; expected one of them"]),
        (
            "faults: { alow: [delay] }",
            ["2:11: error: unknown key 'alow' in faults; expected allow, deny. Did you mean 'allow'?"]
        ),
        ("faults: delay", ["2:9: error: faults is 'delay'; expected a map of allow, deny"]),
        (
            "longest: 10",
            [
                "2:10: error: longest is '10' without a unit; expected a duration such as 200ms "
                    + "(units: ns, us, ms, s, m, h)"
            ]
        ),
        (
            "longest: 10min",
            [
                "2:10: error: unknown unit 'min' in longest; expected a duration such as 200ms "
                    + "(units: ns, us, ms, s, m, h). Did you mean '10m'?"
            ]
        ),
        ("longest: 30h", ["2:10: error: longest is '30h'; expected 1ms to 24h"]),
        (
            "longest-lease: 2m",
            ["2:16: error: longest-lease is '2m'; expected 200ms to 1m"]
        ),
        (
            "most-at-once: 0",
            ["2:15: error: most-at-once is '0'; expected a whole number from 1 to 10000"]
        ),
        (
            "interfaces: []",
            [
                "2:13: error: interfaces is an empty list; expected for example [eth0], or leave interfaces out"
            ]
        ),
        (
            "peers: { never: [10.0.0.300, 10.0.0.7/24, 10.0.0.0/33] }",
            [
                "2:18: error: '10.0.0.300' in never is no address; \(peerForms)",
                "2:30: error: '10.0.0.7/24' in never has bits beyond its prefix length; \(peerForms)",
                "2:43: error: '10.0.0.0/33' in never has no prefix length that fits; \(peerForms)",
            ]
        ),
        (
            "peers: {}",
            [
                "2:8: error: peers has no key 'never'; expected for example never: [10.0.0.1, 10.2.0.0/16]"
            ]
        ),
        (
            "ports: { never: [99999] }",
            [
                "2:18: error: '99999' is no port; expected a port or a range of ports, such as 80 or 8000-8100"
            ]
        ),
        (
            "ports: { ssh: alowed }",
            [
                "2:15: error: 'alowed' is no ssh; expected allowed, refused. Did you mean 'allowed'?"
            ]
        ),
        (
            "processes: { never: { proces: [sshd] } }",
            [
                "2:23: error: unknown key 'proces' in never; expected service, process, unit, cgroup, container. "
                    + "Did you mean 'process'?"
            ]
        ),
        (
            "processes: { never: {} }",
            [
                "2:21: error: never has no rule; expected one or more of service, process, unit, cgroup, container"
            ]
        ),
        (
            "processes: {}",
            ["2:12: error: processes has no rule; expected one or more of allow, never"]
        ),
        (
            "processes: { allow: { cgroup: system.slice } }",
            [
                "2:31: error: cgroup is 'system.slice'; expected a path such as "
                    + "/system.slice/nginx.service, without . or .."
            ]
        ),
        (
            "stress: { most-memory: 2 }",
            [
                "2:24: error: most-memory is '2' without a unit; expected a size such as 64kB "
                    + "(units: B, kB, MB, GB, TB, KiB, MiB, GiB, TiB)"
            ]
        ),
        (
            "services: no",
            ["2:11: error: 'no' is no services; expected allowed, refused"]
        ),
        (
            "longest: 0s\nmost-at-once: many\nfaults: { deny: [chaos] }",
            [
                "2:10: error: longest is '0s'; expected 1ms to 24h",
                "3:15: error: most-at-once is 'many'; expected a whole number from 1 to 10000",
                "4:18: error: 'chaos' is no kind of fault; expected delay, loss, duplicate, corrupt, rate, "
                    + "slots, partition, reset, kill, pause, restart, stress, limit",
            ]
        ),
        (
            "longest: 1m\nlongest: 2m",
            ["3:1: error: key 'longest' is given twice; it stands on line 2 already"]
        ),
    ])
    func `a mistake is named with its place`(rule: String, expected: [String]) {
        let error = #expect(throws: PlanError.self) { try PolicySample.of(rule) }
        #expect(error?.diagnostics.map(\.headline) == expected.map { "policy.yaml:" + $0 })
        #expect(error?.code.hasPrefix("policy.") == true)
        #expect(error?.exitCode == .badInput)
    }

    private static let peerForms =
        "expected an address or a network such as 10.0.0.1, 10.2.0.0/16 or \"fd00::/8\""

    @Test(arguments: [
        ("", "1:1: error: the file is empty; expected a policy: faultline-policy: 1, faults, …"),
        (
            "longest: 1m\n",
            "1:1: error: the policy has no key 'faultline-policy'; expected for example faultline-policy: 1"
        ),
        (
            "faultline-policy: 2\n",
            "1:19: error: faultline-policy is '2'; expected 1, the version of this format"
        ),
        (
            "faultline: 1\nname: web\n",
            "1:1: error: unknown key 'faultline' in the policy; expected faultline-policy, coordinators, operators, faults, interfaces, "
                + "processes, peers, ports, longest, most-at-once, longest-lease, stress, services, captures, engines"
        ),
        (
            "faultline-policy: 1\n---\nlongest: 1m\n",
            "2:1: error: a second document begins; expected one policy in a file"
        ),
    ])
    func `what is no policy is said to be none`(text: String, expected: String) {
        let error = #expect(throws: PlanError.self) { try PolicySample.read(text) }
        #expect(error?.diagnostics.first?.headline == "policy.yaml:" + expected)
    }

    @Test func `bytes that are no text are named`() {
        let error = #expect(throws: PlanError.self) {
            try Policy(bytes: [0x61, 0x0A, 0xFF], fileName: "policy.yaml")
        }
        #expect(error?.diagnostics.first?.place == Place(line: 2, column: 1))
        #expect(error?.code == "policy.encoding")
    }

    /// Flipped, cut, doubled and moved bytes: what hands and editors do, 20,000 times over.
    @Test(.timeLimit(.minutes(5)), arguments: 0..<8)
    func `a damaged policy is a policy or a PlanError`(part: UInt64) throws {
        let example = try PolicySample.example()
        var generator = SeededGenerator(seed: part, stream: "damage")
        var refused = 0
        for _ in 0..<2_500 {
            do throws(PlanError) {
                _ = try Policy(bytes: Self.damaged(example, using: &generator), fileName: "policy.yaml")
            } catch {
                refused += 1
                #expect(error.diagnostics.allSatisfy { $0.line > 0 && $0.column > 0 })
                #expect(!error.diagnostics.isEmpty && error.code != "policy.invalid")
            }
        }
        #expect(refused > 500)
    }

    private static func damaged(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        let marks = Array("{}[]:,&*#?|-<>=!%@\\\"' \n\t0".utf8)
        var bytes = bytes
        for _ in 0...Int.random(in: 0...3, using: &generator) {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            let length = min(Int.random(in: 0...40, using: &generator), bytes.count - place)
            switch Int.random(in: 0...4, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.removeSubrange(place..<place + length)
            case 2:
                let target = Int.random(in: 0..<bytes.count, using: &generator)
                bytes.insert(contentsOf: bytes[place..<place + length], at: target)
            case 3: bytes.insert(marks[Int.random(in: 0..<marks.count, using: &generator)], at: place)
            default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &generator))
            }
            if bytes.isEmpty { return [0x0A] }
        }
        return bytes
    }
}
