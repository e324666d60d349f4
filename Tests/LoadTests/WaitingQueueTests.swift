import Measures
import Testing

@testable import Load

@Suite struct WaitingQueueTests {
    @Test("a queue gives back in order what was put in, however it grows, as an array would")
    func likeAnArray() {
        var random = SeededGenerator(seed: 3)
        var queue = WaitingQueue(capacity: 1)
        var model: [WaitingQueue.Request] = []
        var number: UInt64 = 0
        var due: Int64 = 0
        for _ in 0..<5_000 {
            switch Int.random(in: 0..<5, using: &random) {
            case 0, 1, 2:
                due += Int64.random(in: 1...9, using: &random)
                queue.append(due, number: number)
                model.append(WaitingQueue.Request(due: due, number: number))
                number += 1
            case 3:
                #expect(queue.popFirst() == (model.isEmpty ? nil : model.removeFirst()))
            default:
                if let first = queue.popFirst() { queue.putBack(first) }
            }
            #expect(
                queue.count == model.count && queue.first == model.first?.due
                    && queue.isEmpty == model.isEmpty
            )
        }
        while let first = queue.popFirst() { #expect(first == model.removeFirst()) }
        #expect(model.isEmpty)
    }
}
