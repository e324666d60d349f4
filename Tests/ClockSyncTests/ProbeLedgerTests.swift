import ClockSync
import LinuxSystem
import Measures
import ReferenceTime
import Testing

@Suite("Probes under way")
struct ProbeLedgerTests {
    private let still = ClockSlew(monotonicMinusRaw: 0, halfWidth: 1)

    private func kernels(_ nanoseconds: Int64) -> StampClock.Mapped {
        Mapped(nanoseconds: nanoseconds, isKernels: true)
    }
    private typealias Mapped = StampClock.Mapped

    /// One probe sent at `sent`, with its answer as a reference 1 s ahead gives it.
    private func answer(_ sequence: UInt64, sent: Int64, received: Int64, answered: Int64) -> ProbePacket {
        var packet = ProbePacket(kind: .answer, session: 1, sequence: sequence, sent: sent)
        packet.received = received
        packet.answered = answered
        packet.flags = .kernelReceived
        return packet
    }

    private func followUp(_ answer: ProbePacket, answered: Int64) -> ProbePacket {
        var packet = answer
        packet.kind = .followUp
        packet.flags.insert(.kernelAnswered)
        packet.answered = answered
        return packet
    }

    @Test("give the wide exchange at once and the narrow one when all is known, in whatever order it comes")
    func orders() throws {
        let answer = answer(7, sent: 100, received: 1_000_200, answered: 1_000_300)
        let followUp = followUp(answer, answered: 1_000_350)
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            var ledger = ProbeLedger()
            ledger.send(7, at: 100, slew: still)
            var findings: [ProbeLedger.Finding] = []
            for event in order {
                let finding =
                    switch event {
                    case 0: ledger.depart(7, at: kernels(150))
                    case 1: ledger.answer(answer, returned: kernels(500), slew: still)
                    default: ledger.follow(followUp)
                    }
                if let finding { findings.append(finding) }
            }
            #expect(findings.map(\.isFirst) == [true] + [Bool](repeating: false, count: findings.count - 1))
            #expect(findings.map(\.isComplete).filter { $0 }.count == 1)
            let last = try #require(findings.last)
            #expect(last.isComplete && last.isKernels)
            #expect(last.exchange.sent == 150 && last.exchange.answered == 1_000_350)
            #expect(last.exchange.received == 1_000_200 && last.exchange.returned == 500)
            for finding in findings {
                #expect(finding.exchange.sent <= 150 && finding.exchange.answered <= 1_000_350)
            }
        }
    }

    @Test("take each answer once, and none to a probe that was not sent, not so, or long ago")
    func strangers() {
        var ledger = ProbeLedger()
        ledger.send(7, at: 100, slew: still)
        let right = answer(7, sent: 100, received: 900, answered: 950)
        #expect(
            ledger.answer(answer(8, sent: 100, received: 1, answered: 2), returned: kernels(1), slew: still)
                == nil
        )
        #expect(
            ledger.answer(answer(7, sent: 99, received: 1, answered: 2), returned: kernels(1), slew: still)
                == nil
        )
        #expect(
            ledger.answer(answer(263, sent: 100, received: 1, answered: 2), returned: kernels(1), slew: still)
                == nil
        )
        #expect(ledger.answer(right, returned: kernels(500), slew: still) != nil)
        #expect(ledger.answer(right, returned: kernels(600), slew: still) == nil)
        #expect(ledger.depart(7, at: kernels(120)) != nil)
        #expect(ledger.depart(7, at: kernels(130)) == nil)
        for sequence in 8...263 as ClosedRange<UInt64> { ledger.send(sequence, at: 1000, slew: still) }
        #expect(ledger.follow(followUp(right, answered: 960)) == nil, "given up")
    }

    @Test("take no follow-up of another answer: whoever repeats a probe cannot make T3 later than it was")
    func repeated() {
        let first = answer(7, sent: 100, received: 1000, answered: 1050)
        // The probe was sent once more by somebody, and answered once more, a millisecond later.
        let second = answer(7, sent: 100, received: 1_001_000, answered: 1_001_050)
        for isEarly in [false, true] {
            var ledger = ProbeLedger()
            ledger.send(7, at: 100, slew: still)
            let wrong = followUp(second, answered: 1_001_060)
            if isEarly { #expect(ledger.follow(wrong) == nil) }
            let finding = ledger.answer(first, returned: kernels(500), slew: still)
            #expect(finding?.exchange.answered == 1050)
            #expect(ledger.follow(wrong) == nil)
            let right = ledger.follow(followUp(first, answered: 1060))
            #expect(right?.exchange.answered == 1060)
        }
    }

    @Test("carry what both clocks were slewed by, and whatever the local one's was meanwhile")
    func slews() throws {
        var ledger = ProbeLedger()
        ledger.send(7, at: 100, slew: ClockSlew(monotonicMinusRaw: 40, halfWidth: 10))
        var packet = answer(7, sent: 100, received: 900, answered: 950)
        packet.slew = 5000
        packet.slewHalfWidth = 7
        let slew = ClockSlew(monotonicMinusRaw: 60, halfWidth: 10)
        let answered = ledger.answer(packet, returned: kernels(500), slew: slew)
        let finding = try #require(answered)
        #expect(finding.exchange.referenceSlew == 5000)
        #expect(finding.exchange.localSlew == 50 && finding.exchange.slewHalfWidth == 27)
    }
}
