import Foundation
import Recording
import Synchronization
import Testing

@testable import Console

@Suite("Annotations in Grafana", .serialized)
struct GrafanaTests {
    private static func event(_ step: InjectionEvent.Step, _ fault: String = "slow#1") -> InjectionEvent {
        InjectionEvent(fault: fault, step: step, detail: "")
    }

    private static func marks(
        to receiver: Receiver,
        note: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> GrafanaMarks {
        GrafanaMarks(
            to: try WebTarget(receiver.url + "/grafana/", option: "--annotate"),
            token: "hunter2",
            tags: ["faultline", "web-failover"],
            words: ["slow#1": "delay <b>100ms</b> on web1"],
            note: note
        )
    }

    private static func object(_ request: Receiver.Request) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: request.body) as? [String: Any])
    }

    @Test(
        "a fault is marked when its first host begins, and gets its end when the last has ended",
        .timeLimit(.minutes(1))
    )
    func edges() async throws {
        let receiver = try Receiver(answers: "(200, '{\"message\":\"Annotation added\",\"id\":7}')")
        let marks = try Self.marks(to: receiver)
        marks.add(Self.event(.armed), on: "web1", at: 500)
        marks.add(Self.event(.started), on: "web1", at: 1_000)
        marks.add(Self.event(.started), on: "web2", at: 1_001)
        marks.add(Self.event(.ended), on: "web1", at: 2_000)
        marks.add(Self.event(.healed), on: "web1", at: 2_001)
        marks.add(Self.event(.ended), on: "web2", at: 2_005)
        await marks.stop(at: 9_000)
        let requests = receiver.requests
        #expect(requests.map(\.method) == ["POST", "PATCH"])
        #expect(requests.map(\.path) == ["/grafana/api/annotations", "/grafana/api/annotations/7"])
        #expect(requests.allSatisfy { $0.headers["authorization"] == "Bearer hunter2" })
        let first = try Self.object(try #require(requests.first))
        #expect(first["time"] as? Int == 1_000)
        #expect(first["timeEnd"] == nil)
        #expect(first["tags"] as? [String] == ["faultline", "web-failover", "slow"])
        #expect(first["text"] as? String == "slow#1: delay &lt;b&gt;100ms&lt;/b&gt; on web1")
        #expect(try Self.object(try #require(requests.last))["timeEnd"] as? Int == 2_005)
    }

    @Test(
        "where Grafana did not say its number, the end is sent with the beginning; a run's end ends all",
        .timeLimit(.minutes(1))
    )
    func whole() async throws {
        for answer in ["", "{}", "[", "{\"id\":\"x\"}", "{\"id\":-1}"] {
            let receiver = try Receiver(answers: "(200, '\(answer)')")
            let marks = try Self.marks(to: receiver)
            marks.add(Self.event(.started), on: "web1", at: 1_000)
            await marks.stop(at: 9_000)
            let requests = receiver.requests
            #expect(requests.map(\.method) == ["POST", "POST"])
            let last = try Self.object(try #require(requests.last))
            #expect(last["time"] as? Int == 1_000)
            #expect(last["timeEnd"] as? Int == 9_000)
        }
    }

    @Test("a Grafana that refuses is noted once, without the token", .timeLimit(.minutes(1)))
    func refused() async throws {
        let receiver = try Receiver(answers: "(403, 'hunter2 may not')")
        let notes = Mutex<[String]>([])
        let marks = try Self.marks(to: receiver) { note in notes.withLock { $0.append(note) } }
        for number in 1...4 {
            marks.add(Self.event(.started, "slow#\(number)"), on: "web1", at: 1_000)
            marks.add(Self.event(.ended, "slow#\(number)"), on: "web1", at: 2_000)
        }
        await marks.stop(at: 9_000)
        #expect(receiver.requests.count == 8)
        let told = notes.withLock { $0 }
        #expect(told.count == 1)
        #expect(told.first?.contains("Grafana") == true)
        #expect(told.first?.contains("403") == true)
        #expect(told.first?.contains("hunter2") == false)
    }
}
