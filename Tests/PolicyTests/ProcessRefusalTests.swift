import Measures
import Testing

@testable import Policy

/// Whom process faults may hit: judged by what was asked, and by who would be hit.
@Suite struct ProcessRefusalTests {
    private static let sshd = PolicySample.process(
        ["sshd", "sshd", "sshd:"],
        executable: "/usr/sbin/sshd",
        cgroups: ["/system.slice/ssh.service"]
    )
    private static let nginx = PolicySample.process(
        ["nginx"],
        executable: "/usr/sbin/nginx",
        services: ["web"],
        cgroups: ["/app.slice/app-web.service"]
    )

    private func rules(_ rule: String, _ request: FaultRequest) throws -> [String] {
        try PolicySample.of(rule).refusals(of: [request]).map { "\($0.rule) \($0.location ?? "-")" }
    }

    @Test(arguments: [
        "process: sshd", "process: \"ssh*\"", "process: /usr/sbin/sshd", "unit: ssh", "unit: ssh.service",
        "unit: system.slice", "cgroup: /system.slice", "cgroup: /system.slice/ssh.service",
    ])
    func `a process that is never touched is found under any of its names`(rule: String) throws {
        // Asked for by a name that tells nothing of it.
        let request = PolicySample.kill(.process, "-D*", hitting: [Self.nginx, Self.sshd])
        #expect(
            try rules("processes: { never: { \(rule) } }", request) == ["processes.never policy.yaml:2"]
        )
        let other = PolicySample.kill(.process, "nginx", hitting: [Self.nginx])
        #expect(try rules("processes: { never: { \(rule) } }", other) == [])
    }

    @Test func `what is asked for by a protected name is refused before anybody is there`() throws {
        let rule = "processes: { never: { service: db, process: sshd, unit: ssh, cgroup: /system.slice } }"
        for (key, name) in [
            (FaultRequest.Target.Key.service, "db"), (.process, "sshd"), (.process, "/usr/sbin/sshd"),
            (.unit, "ssh.service"), (.cgroup, "/system.slice/x"),
        ] {
            #expect(
                try rules(rule, PolicySample.kill(key, name)) == ["processes.never policy.yaml:2"],
                "\(name)"
            )
        }
        #expect(try rules(rule, PolicySample.kill(.service, "web")) == [])
    }

    @Test
    func `a container that is never touched is found by its processes too, and what may be one is spared`()
        throws
    {
        let rule = "processes: { never: { container: \"db-*\" } }"
        #expect(try rules(rule, PolicySample.kill(.container, "db-1")) == ["processes.never policy.yaml:2"])
        #expect(try rules(rule, PolicySample.kill(.container, "web")) == [])
        let inside = { PolicySample.process(["postgres"], container: $0, isInUnknownContainer: $1) }
        let hit = { try rules(rule, PolicySample.kill(.process, "postgres", hitting: [$0])).count }
        #expect(try hit(inside("db-1", false)) == 1)
        #expect(try hit(inside("web", false)) == 0)
        #expect(try hit(inside(nil, false)) == 0)
        #expect(try hit(inside(nil, true)) == 1)
        // Nobody knows that it is one that is allowed, either.
        let allow = "processes: { allow: { container: \"*\" } }"
        let unknown = PolicySample.kill(.process, "x", hitting: [inside(nil, true)])
        #expect(try rules(allow, unknown) == ["processes.allow policy.yaml:2"])
    }

    @Test(arguments: [
        ("engines: [docker]", "docker", true), ("engines: [docker]", "podman", false),
        ("engines: [docker]", nil, true), ("engines: refused", nil, false),
        ("engines: { podman: /run/p.sock }", "docker", false), ("longest: 1h", "docker", true),
    ])
    func `an engine that may not be asked finds no container`(rule: String, engine: String?, passes: Bool)
        throws
    {
        let request = PolicySample.kill(.container, "web", engine: engine)
        #expect(try rules(rule, request) == (passes ? [] : ["engines policy.yaml:2"]))
    }

    @Test func `a name that the kernel cut off is known by its beginning`() throws {
        let cut = PolicySample.process(["node_exporter-l"])
        let rule = "processes: { never: { process: node_exporter-linux } }"
        #expect(try rules(rule, PolicySample.kill(.process, "x", hitting: [cut])).count == 1)
    }

    @Test(arguments: [
        ("service: web", true), ("process: nginx", true), ("unit: \"app-*.service\"", true),
        ("cgroup: /app.slice", true), ("service: db", false), ("process: ngin", false),
        ("cgroup: /app", false),
        ("unit: web", false),
    ])
    func `everybody who is hit must be allowed`(rule: String, passes: Bool) throws {
        let allow = "processes: { allow: { \(rule) } }"
        let alone = PolicySample.kill(.process, "x", hitting: [Self.nginx])
        #expect(try rules(allow, alone) == (passes ? [] : ["processes.allow policy.yaml:2"]))
        let together = PolicySample.kill(.process, "x", hitting: [Self.nginx, Self.sshd])
        #expect(try rules(allow, together) == ["processes.allow policy.yaml:2"])
    }

    @Test func `never wins over allow`() throws {
        let rule = "processes: { allow: { process: \"*\" }, never: { service: web } }"
        let request = PolicySample.kill(.process, "nginx", hitting: [Self.nginx])
        #expect(try rules(rule, request) == ["processes.never policy.yaml:2"])
    }

    @Test func `a service that is not allowed is refused before it is started`() throws {
        let rule = "processes: { allow: { service: [web] } }"
        #expect(try rules(rule, PolicySample.kill(.service, "db")) == ["processes.allow policy.yaml:2"])
        #expect(try rules(rule, PolicySample.kill(.service, "web")) == [])
    }

    @Test func `process 1 and Faultline itself are refused by every policy`() throws {
        let request = PolicySample.kill(.process, "systemd", protection: "process 1 (systemd) is protected")
        #expect(try rules("processes: { allow: { process: \"*\" } }", request) == ["processes -"])
        #expect(Policy.standard.refusals(of: [request]).map(\.rule) == ["processes"])
    }

    @Test func `a process that comes later is judged by the same rules`() throws {
        let policy = try PolicySample.of("processes: { allow: { service: web }, never: { process: sshd } }")
        #expect(policy.protection(of: Self.nginx) == nil)
        #expect(policy.protection(of: Self.sshd)?.contains("sshd") == true)
        #expect(policy.protection(of: PolicySample.process(["cron"])) != nil)
    }

    @Test(arguments: [
        ("most-workers: 3", "stress.most-workers"), ("most-memory: 1MiB", "stress.most-memory"),
        ("leave-disk: 2GB", "stress.leave-disk"), ("folders: /var/lib", "stress.folders"),
        ("most-workers: 4", nil), ("most-memory: 2MiB", nil), ("leave-disk: 1GB", nil),
        ("folders: [/srv, /var]", nil),
    ])
    func `a stress keeps within its bounds`(rule: String, refusing: String?) throws {
        let request = FaultRequest(
            id: "busy#1",
            kinds: ["stress"],
            start: .zero,
            end: Instant(.seconds(1)),
            stress: FaultRequest.Stress(
                workers: 4,
                memory: 2 << 20,
                disk: .init(folder: "/var/tmp", leaves: 1_000_000_000),
                folders: ["/var/tmp"]
            )
        )
        let expected = refusing.map { ["\($0) policy.yaml:2"] } ?? []
        #expect(try rules("stress: { \(rule) }", request) == expected)
    }

    @Test(arguments: ["/var/tmp/../lib", "/variety", "/"])
    func `a detour does not lead out of the folders`(folder: String) throws {
        let request = FaultRequest(
            id: "busy#1",
            kinds: ["stress"],
            start: .zero,
            end: Instant(.seconds(1)),
            stress: FaultRequest.Stress(workers: 1, memory: 0, disk: nil, folders: [folder])
        )
        #expect(try rules("stress: { folders: /var }", request) == ["stress.folders policy.yaml:2"])
    }

    @Test(arguments: [
        ("*", "", true), ("a*", "a", true), ("a*c", "abbc", true), ("*b*", "abc", true),
        ("a*b*c", "abcbc", true),
        ("a*c", "abcd", false), ("", "a", false), ("abc", "ab", false), ("*a", "ba", true), ("**", "x", true),
        ("a*a", "a", false),
    ])
    func `a star stands for any characters, and the rest for itself`(
        pattern: String,
        name: String,
        matches: Bool
    ) {
        #expect(Wildcard(pattern).matches(name) == matches)
    }

    @Test(.timeLimit(.minutes(1))) func `no pattern takes long`() {
        let name = String(repeating: "a", count: 4000)
        #expect(!Wildcard(String(repeating: "a*", count: 100) + "b").matches(name))
    }
}
