import Containers
import Testing

@testable import Plan

/// Containers as targets.
@Suite struct ContainerReadingTests {
    private static func yaml(_ fault: String, hosts: String = hosts) -> String {
        """
        faultline: 1
        name: trial
        \(hosts)
        load: { browse: { from: b, http: { url: "http://10.0.0.11/" }, rate: 5/s } }
        faults:
          - { name: f, at: 1s, on: a, \(fault) }
        targets: { availability: { objective: "99" } }
        duration: 10s
        """
    }

    private static let hosts = """
        hosts:
          a: { agent: "10.0.0.11:7443", addresses: [10.0.0.11], interface: eth0, services: { db: { container: pg } } }
          b: { agent: "10.0.0.12:7443", addresses: [10.0.0.12], interface: eth0 }
        """

    private func target(_ words: String) throws -> ProcessTargetPlan? {
        let plan = try Plan(yaml: Self.yaml("for: 1s, pause: { \(words) }"), fileName: "f.yaml")
        guard case .pause(_, let parameters) = plan.faults.first?.kind else { return nil }
        return parameters.target
    }

    @Test(
        "a container is meant by its name, or by what is said of it",
        arguments: [
            ("container: web1", ContainerSelector(name: "web1"), "container web1"),
            (
                "container: { image: \"redis:7\", label: tier=web, engine: podman, all: true }",
                ContainerSelector(image: "redis:7", labels: ["tier=web"], engine: .podman, all: true),
                "every container (image redis:7, label tier=web, of podman)"
            ),
            (
                "container: { label: [b, a=1] }", ContainerSelector(labels: ["a=1", "b"]),
                "container (label a=1, label b)"
            ),
        ]
    )
    func read(words: String, expected: ContainerSelector, text: String) throws {
        #expect(try target(words) == .container(expected))
        #expect(expected.text == text)
    }

    @Test("a service of an inventory may be a container, and is written so again")
    func service() throws {
        let plan = try Plan(yaml: Self.yaml("kill: { service: db, restart-after: 1s }"), fileName: "f.yaml")
        #expect(plan.lab.hosts.first?.site?.services["db"] == .container(ContainerSelector(name: "pg")))
        #expect(try Plan(yaml: CanonicalText(plan).text, fileName: "f.yaml").digest == plan.digest)
    }

    @Test(
        "what names no container is refused, with what was expected",
        arguments: [
            ("container: {}", "container names nothing; expected one or more of name, image, label, engine"),
            ("container: { all: true }", "container names nothing"),
            ("container: { engine: lxx }", "lxx"),
            ("container: { imag: redis }", "Did you mean 'image'?"),
            ("container: \"web 1\"", "expected one such as web1, without blanks"),
            ("container: { label: [] }", "label is an empty list"),
            ("container: web1, service: db", "2 targets"),
        ]
    )
    func refused(words: String, expected: String) {
        let error = #expect(throws: PlanError.self) { try target(words) }
        #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
    }

    @Test("a packet fault acts in a container's network, and on all of it where no far end is named")
    func inside() throws {
        let read = { (words: String) throws -> TrafficPlan? in
            let yaml = Self.yaml("for: 1s, delay: { latency: 1ms, \(words) }")
            let plan = try Plan(yaml: yaml, fileName: "f.yaml")
            #expect(try Plan(yaml: CanonicalText(plan).text, fileName: "f.yaml").digest == plan.digest)
            guard case .impairment(_, _, _, let traffic) = plan.faults.first?.kind else { return nil }
            return traffic
        }
        let alone = try read("container: pg")
        #expect(alone == TrafficPlan(container: ContainerSelector(name: "pg")))
        #expect(alone?.words == " in container pg")
        // Its own host is one that it may talk to.
        let chosen = try read("container: { label: tier=db }, to: [a, b], port: 5432")
        #expect(chosen?.peers == [.host("a"), .host("b")] && chosen?.container?.labels == ["tier=db"])
        let error = #expect(throws: PlanError.self) { try read("container: pg, cgroup: /x") }
        #expect(error?.message.contains("cgroup and container; expected one of them") == true)
    }

    @Test("in a lab a container is refused: it would be somebody's own")
    func lab() {
        let yaml = Self.yaml("for: 1s, pause: { container: web1 }", hosts: "lab: { hosts: { a: {}, b: {} } }")
        let error = #expect(throws: PlanError.self) { try Plan(yaml: yaml, fileName: "f.yaml") }
        #expect(error?.message.contains("a container is no part of a lab") == true)
    }
}
