import Measures
import ReferenceTime
import Testing

@Suite("An edge on a host's clock")
struct EdgeTests {
    @Test("happens within its interval, whatever the clock does within its drift; not-before never earlier")
    func truth() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<20_000 {
            let drift = Int64.random(in: 0...300, using: &random)
            let time = Int64.random(in: 0...(1 << 50), using: &random)
            let low = Int64.random(in: -(1 << 50)...(1 << 50), using: &random)
            let high = low + Int64.random(in: 0...5_000_000, using: &random)
            let model = ClockModel(time: time, low: low, high: high, driftPPM: drift)
            let ahead = Int64.random(in: 0...90_000_000_000, using: &random)
            let edge = Edge(
                reference: time + low + ahead,
                rule: Bool.random(using: &random) ? .nearest : .notBefore
            )
            let armed = edge.armed(by: model)
            // Any offset that the model allows at the armed instant.
            let grown = drift * abs(armed.local - time) / 1_000_000
            let offset = Int64.random(in: (low - grown)...(high + grown), using: &random)
            let happened = armed.local + offset
            #expect(armed.interval.earliest <= happened && happened <= armed.interval.latest)
            switch edge.rule {
            case .notBefore: #expect(happened >= edge.reference)
            case .nearest:
                // The instant asked for is the middle, but for what the growth in between moves it.
                #expect(abs(armed.interval.nanoseconds - edge.reference) <= 2 + drift)
            }
        }
    }

    @Test("the later it is armed, the narrower it is")
    func late() {
        let edge = Edge(reference: 100_000_000_000)
        let early = ClockModel(time: 40_000_000_000, low: -500, high: 500, driftPPM: 200)
        let late = ClockModel(time: 99_980_000_000, low: -500, high: 500, driftPPM: 200)
        #expect(edge.armed(by: early).interval.bound >= 12_000_000)
        #expect(edge.armed(by: late).interval.bound <= 5_000)
    }
}
