import Measures
import Testing

@testable import Agent

@Suite struct RunAxisTests {
    /// Positive offset: the reference is ahead of this host.
    @Test(arguments: [Int64(0), 5_000_000, -100_000_000_000])
    func `an instant on the axis and back is itself, whatever the offset`(offset: Int64) {
        let axis = RunAxis(zeroReference: 7_000_000_000)
        let local = axis.local(Instant(.seconds(3)), offset: offset)
        let stamp = axis.stamp(from: local, to: local) { _ in offset...offset }
        #expect(stamp.instant == Instant(.seconds(3)))
        #expect(stamp.bound == .zero)
    }

    @Test func `the bound of an event holds its two stamps and the clock's bound`() {
        let axis = RunAxis(zeroReference: 0)
        let stamp = axis.stamp(from: 1_000, to: 3_000) { local in (10 - local / 2)...(10 + local / 6) }
        #expect(stamp.instant.nanoseconds == 2_010)
        #expect(stamp.boundNanoseconds == 1_500)
    }
}
