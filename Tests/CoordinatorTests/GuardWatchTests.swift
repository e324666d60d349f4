import Measures
import Plan
import Testing

@testable import Coordinator

@Suite struct GuardWatchTests {
    private let half = GuardPlan.availabilityBelow(Share("50%") ?? .zero, over: .seconds(10))

    private func watch(goodFrom: (Int) -> Bool, seconds: Int) -> GuardWatch {
        var watch = GuardWatch([half])
        for index in 0..<(seconds * 10) {
            watch.add(intended: Instant(.milliseconds(index * 100)), good: goodFrom(index))
        }
        return watch
    }

    @Test func `all good fires nothing`() {
        #expect(watch(goodFrom: { _ in true }, seconds: 30).fired(known: Instant(.seconds(30))) == nil)
    }

    @Test func `below the share over the whole window fires, and says the figures`() {
        let text = watch(goodFrom: { $0 % 10 < 4 }, seconds: 30).fired(known: Instant(.seconds(30)))
        #expect(text == "availability 40.0 % over the last 10s, below 50%")
    }

    @Test func `exactly the share fires nothing`() {
        #expect(watch(goodFrom: { $0 % 10 < 5 }, seconds: 30).fired(known: Instant(.seconds(30))) == nil)
    }

    @Test func `a window that is not full yet fires nothing`() {
        #expect(watch(goodFrom: { _ in false }, seconds: 9).fired(known: Instant(.seconds(9))) == nil)
    }

    @Test func `no requests fire nothing`() {
        #expect(GuardWatch([half]).fired(known: Instant(.seconds(60))) == nil)
    }
}
