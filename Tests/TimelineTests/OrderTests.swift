import Measures
import Testing

@testable import Timeline

@Suite("Which of two came first")
struct OrderTests {
    private func at(_ milliseconds: Int64, _ bound: Int64) -> BoundedInstant {
        BoundedInstant(Instant(.milliseconds(milliseconds)), bound: .milliseconds(bound))
    }

    @Test("is said only where the intervals do not overlap, and the same from either side")
    func order() {
        #expect(at(10, 2).order(to: at(15, 2)) == .before)
        #expect(at(15, 2).order(to: at(10, 2)) == .after)
        #expect(at(10, 2).order(to: at(14, 2)) == .undecided)
        #expect(at(14, 2).order(to: at(10, 2)) == .undecided)
        #expect(at(10, 0).order(to: at(10, 0)) == .undecided)
    }

    @Test("never contradicts the truth", arguments: [1, 2, 3] as [UInt64])
    func truth(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<10_000 {
            func drawn() -> (truth: Int64, seen: BoundedInstant) {
                let truth = Int64.random(in: 0...100, using: &random)
                let bound = Int64.random(in: 0...20, using: &random)
                return (truth, at(truth + Int64.random(in: -bound...bound, using: &random), bound))
            }
            let (first, second) = (drawn(), drawn())
            switch first.seen.order(to: second.seen) {
            case .before: #expect(first.truth < second.truth)
            case .after: #expect(first.truth > second.truth)
            case .undecided: break
            }
        }
    }
}
