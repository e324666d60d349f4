import Testing

@testable import Faults

@Suite("How often an engine is asked for a container that has ended")
struct SearchPaceTests {
    /// The caller comes every 200 ms, as the follower does.
    private func questions(seconds: Int64) -> [Int64] {
        var pace = SearchPace(since: 1_000)
        return stride(from: Int64(1_000), through: seconds * 1_000_000_000, by: 200_000_000).filter {
            pace.isDue(at: $0)
        }
    }

    @Test("each time for the first second, and never more than a fifth of its absence late")
    func soon() {
        let times = questions(seconds: 3_600)
        #expect(times.prefix { $0 <= 1_000_000_000 }.count == 5)
        for (last, next) in zip(times, times.dropFirst()) {
            #expect(next - last <= max(200_000_000, (last - 1_000) / 5 + 200_000_000))
            #expect(next - last <= 5_200_000_000)
        }
    }

    @Test("an hour of absence asks some hundred times, and not eighteen thousand")
    func rare() {
        #expect((600...800).contains(questions(seconds: 3_600).count))
    }
}
