import ClockSync
import Measures
import Testing

@Suite("What is learnt of a path")
struct PathLedgerTests {
    /// A path with losses on either way, delays, and answers that overtake one another; with the truth beside it.
    private struct World {
        var ledger = PathLedger(from: 0)
        var arrivals = PathArrivals()
        var random: SeededGenerator
        /// By second of sending: sent, answered, lost out, lost back.
        var truth: [[Int]] = []
        private var inFlight: [(at: Int64, packet: PathPacket)] = []
        let lossOut: Double
        let lossBack: Double

        init(seed: UInt64, lossOut: Double, lossBack: Double) {
            random = SeededGenerator(seed: seed)
            (self.lossOut, self.lossBack) = (lossOut, lossBack)
        }

        mutating func run(seconds: Int64) -> [PathLedger.Stretch] {
            var stretches: [PathLedger.Stretch] = []
            for now in stride(from: Int64(0), to: seconds * 1_000_000_000, by: 10_000_000) {
                if now > 0, now % 1_000_000_000 == 0 { stretches += ledger.cut(at: now) }
                for (at, packet) in inFlight.filter({ $0.at <= now }).sorted(by: { $0.at < $1.at }) {
                    _ = ledger.take(packet, returned: at, offset: -1000...1000)
                }
                inFlight.removeAll { $0.at <= now }
                if now % 50_000_000 == 0 { probe(at: now) }
            }
            // The last answers, and what none has come to yet.
            for (at, packet) in inFlight.sorted(by: { $0.at < $1.at }) {
                _ = ledger.take(packet, returned: at, offset: -1000...1000)
            }
            stretches += ledger.finish(at: seconds * 1_000_000_000)
            return stretches
        }

        private mutating func probe(at now: Int64) {
            let second = Int(now / 1_000_000_000)
            while truth.count <= second { truth.append([0, 0, 0, 0]) }
            truth[second][0] += 1
            let sequence = ledger.send(at: now)
            if random.unit() < lossOut {
                truth[second][2] += 1
                return
            }
            guard let arrived = arrivals.note(sequence) else { return }
            if random.unit() < lossBack {
                truth[second][3] += 1
                return
            }
            truth[second][1] += 1
            var answer = PathPacket(kind: .answer, session: 1, sequence: sequence, sent: now)
            answer.received = now + 5_000_000
            answer.answered = answer.received + 1000
            answer.arrived = arrived
            // Up to 300 ms, so that six answers may overtake one.
            inFlight.append((now + 5_000_000 + Int64.random(in: 0...300_000_000, using: &random), answer))
        }
    }

    @Test("every probe is counted where it was sent, and on the way on which it was lost")
    func losses() {
        for seed in UInt64(1)...20 {
            var world = World(seed: seed, lossOut: 0.2, lossBack: 0.3)
            let stretches = world.run(seconds: 20)
            #expect(stretches.count == 20)
            for (index, stretch) in stretches.enumerated() {
                // After the last second no answer comes that would tell.
                if index == 19 { continue }
                #expect(stretch.from == Int64(index) * 1_000_000_000)
                #expect(
                    [stretch.sent, stretch.answered, stretch.lostOut, stretch.lostBack] == world.truth[index],
                    "seed \(seed), second \(index)"
                )
                #expect(stretch.out?.least == 5_000_000 && stretch.out?.p99 == 5_000_000)
                #expect(stretch.offset == -1000...1000)
            }
        }
    }

    @Test("of a path without an answer nothing is claimed but that none came")
    func silence() {
        var world = World(seed: 1, lossOut: 0, lossBack: 1)
        for stretch in world.run(seconds: 5) {
            #expect(stretch.sent == 20 && stretch.answered == 0)
            #expect(stretch.lostOut == 0 && stretch.lostBack == 0)
            #expect(stretch.out == nil && stretch.back == nil && stretch.offset == nil)
        }
    }

    @Test(
        "after two seconds without an answer, the first one tells on which way all of them were lost",
        arguments: [true, false]
    )
    func silenceExplained(out: Bool) {
        var ledger = PathLedger(from: 0)
        var arrivals = PathArrivals()
        var told: [PathLedger.Stretch] = []
        for now in stride(from: Int64(0), to: 10_000_000_000, by: 50_000_000) {
            if now > 0, now % 1_000_000_000 == 0 { told += ledger.cut(at: now) }
            let isCut = (4_000_000_000..<6_000_000_000).contains(now)
            let sequence = ledger.send(at: now)
            guard !(isCut && out), let arrived = arrivals.note(sequence), !isCut else { continue }
            var answer = PathPacket(kind: .answer, session: 1, sequence: sequence, sent: now)
            answer.arrived = arrived
            _ = ledger.take(answer, returned: now + 1000, offset: nil)
        }
        told += ledger.finish(at: 10_000_000_000)
        #expect(told.map(\.answered) == [20, 20, 20, 20, 0, 0, 20, 20, 20, 20])
        #expect(told.map(\.lostOut) == (0..<10).map { out && (4...5).contains($0) ? 20 : 0 })
        #expect(told.map(\.lostBack) == (0..<10).map { !out && (4...5).contains($0) ? 20 : 0 })
    }

    @Test("an answer counts once, and one to another probe not at all")
    func repeated() {
        var ledger = PathLedger(from: 0)
        let sequence = ledger.send(at: 100)
        func take(_ answer: PathPacket, at now: Int64 = 200) -> Bool {
            ledger.take(answer, returned: now, offset: nil)
        }
        var answer = PathPacket(kind: .answer, session: 1, sequence: sequence, sent: 100)
        answer.arrived = 1
        var odd = answer
        odd.sent = 101
        #expect(!take(odd))
        odd = answer
        odd.received = .max
        odd.sent = 100
        odd.answered = .min
        #expect(!take(odd))
        for sequence in [0, sequence + 1, .max] {
            odd.sequence = sequence
            #expect(!take(odd))
        }
        #expect(take(answer))
        #expect(!take(answer))
        #expect(ledger.cut(at: 1000).isEmpty)
        let told = ledger.finish(at: 2000)
        #expect(told.map(\.sent) == [1, 0] && told.map(\.answered) == [1, 0])
        #expect(!take(answer, at: 3000))
    }

    @Test("an arrival is told once, the newest 64 are remembered, in any order")
    func arrivals() {
        var arrivals = PathArrivals()
        func note(_ sequence: UInt64) -> UInt64? { arrivals.note(sequence) }
        #expect(note(5) == 1)
        #expect(note(5) == nil)
        #expect(note(7) == 0b101)
        #expect(note(6) == 0b11)
        #expect(note(6) == nil)
        #expect(note(70) == UInt64(1) << 63 | 1)
        #expect(note(6) == nil)
        #expect(note(.max) == 1)
        #expect(note(0) == nil)
    }
}
