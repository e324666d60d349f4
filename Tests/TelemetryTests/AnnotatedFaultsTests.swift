import Recording
import Testing

@testable import Telemetry

@Suite("Which stretch of time a fault is marked for")
struct AnnotatedFaultsTests {
    @Test("in whatever order hosts tell, each fault begins once and ends once, and never before it began")
    func order() {
        var generator = SystemRandomNumberGenerator()
        let steps: [InjectionEvent.Step] = [.armed, .verified, .started, .ended, .healed, .failed]
        var ends = 0
        for _ in 0..<2_000 {
            var faults = AnnotatedFaults()
            var begun: [String: Int64] = [:]
            var ended: Set<String> = []
            func look(_ step: AnnotatedFaults.Step?) {
                switch step {
                case .begin(let fault, let at):
                    #expect(begun.updateValue(at, forKey: fault) == nil)
                case .end(let fault, let from, let to):
                    #expect(begun[fault] == from)
                    #expect(from <= to)
                    #expect(ended.insert(fault).inserted)
                    ends += 1
                case nil: break
                }
            }
            for _ in 0..<20 {
                let event = InjectionEvent(
                    fault: ["a", "b"].randomElement(using: &generator) ?? "a",
                    step: steps.randomElement(using: &generator) ?? .armed,
                    detail: ""
                )
                let host = ["x", "y", "z"].randomElement(using: &generator) ?? "x"
                look(faults.add(event, on: host, at: Int64.random(in: 0...100, using: &generator)))
            }
            for step in faults.finish(at: 0) { look(step) }
            #expect(ended == Set(begun.keys))
        }
        #expect(ends > 1_000)
    }
}
