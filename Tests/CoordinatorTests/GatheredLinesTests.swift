import Coordinator
import Measures
import Recording
import Testing

struct GatheredLinesTests {
    private func event(_ body: RunEvent.Body, on host: Int) -> RunEvent {
        RunEvent(at: BoundedInstant(.zero, bound: .zero), host: "n\(host)", body: body)
    }

    private func started(on host: Int, _ step: InjectionEvent.Step = .started) -> RunEvent {
        event(.injection(InjectionEvent(fault: "cut#1", step: step, detail: "rules")), on: host)
    }

    @Test func `what two hundred hosts say alike is told of eight and counted of the others, once`() {
        var lines = GatheredLines()
        let told = (0..<200).compactMap { lines.take(started(on: $0)) }
        #expect(told.map(\.text) == (0..<8).map { "cut#1 acts on n\($0): rules" })
        #expect(lines.counts() == ["cut#1 acts on 192 more hosts"])
        #expect(lines.counts().isEmpty)
        #expect(lines.take(started(on: 200)) == nil)
        #expect(lines.counts() == ["cut#1 acts on 1 more host"])
    }

    @Test func `what a few hosts say stands as it is`() {
        var lines = GatheredLines()
        for host in 0..<8 {
            #expect(lines.take(started(on: host)) != nil)
            #expect(lines.take(started(on: host, .ended)) != nil)
        }
        #expect(lines.counts().isEmpty)
    }

    @Test func `a fault that failed is told of every host`() {
        var lines = GatheredLines()
        for host in 0..<200 {
            #expect(lines.take(started(on: host, .failed))?.text == "cut#1 FAILED on n\(host): rules")
        }
        #expect(lines.counts().isEmpty)
    }

    @Test func `a note names its host`() {
        var lines = GatheredLines()
        let lost = lines.take(event(.note(kind: .leaseExpired, text: "nothing heard"), on: 3))
        #expect(lost?.text.contains("on n3: nothing heard") == true)
    }
}
