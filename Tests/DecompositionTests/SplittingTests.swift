import Measures
import Plan
import Recording
import Schedule
import Testing

@testable import Decomposition

@Suite("Requests split by their packets")
struct SplittingTests {
    /// Checks every part of every exchange against the truth, and that none is missing.
    private func expectTruth(_ run: MadeRun, sourceLocation: SourceLocation = #_sourceLocation) throws {
        var splitting = run.splitting()
        splitting.prepareClocks()
        try #require(splitting.found.count == run.requests.count, sourceLocation: sourceLocation)
        for (request, found) in zip(run.requests, splitting.found) {
            let split = try #require(splitting.split(found))
            #expect(split.total == request.done - request.intended, sourceLocation: sourceLocation)
            for part in Part.allCases {
                let error = abs(split[part] - request.parts[part.rawValue])
                #expect(
                    error <= split.bound(part),
                    "\(part.name): \(split[part]), in truth \(request.parts[part.rawValue]), ± \(split.bound(part))",
                    sourceLocation: sourceLocation
                )
            }
        }
    }

    private func drawn(_ count: Int, seed: UInt64) -> [MadeRun.Request] {
        var random = SeededGenerator(seed: seed, stream: "split")
        return (0..<count).map { index in
            var request = MadeRun.Request(intended: Int64(index) * 10_000_000)
            request.lateSend = .random(in: 0...200_000, using: &random)
            request.toReturn = .random(in: 3_000...30_000, using: &random)
            request.toWire = index % 3 == 0 ? 20_000_000 : .random(in: 1_000...40_000, using: &random)
            request.out = .random(in: 2_000...3_000_000, using: &random)
            request.server = .random(in: 0...20_000_000, using: &random)
            request.back = .random(in: 2_000...400_000, using: &random)
            request.again = .random(in: 2_000...90_000, using: &random)
            request.port = 40_000 + UInt16(index % 16)
            request.length = .random(in: 1...3_000, using: &random)
            request.pieces = (0..<Int.random(in: 1...6, using: &random)).map { _ in
                .random(in: 1...1448, using: &random)
            }
            request.pieceGap = request.pieces.count > 1 ? .random(in: 1...50_000, using: &random) : 0
            return request
        }
    }

    @Test(
        "every part is within its bound of the truth and all add up to the nanosecond, whatever the clocks show",
        arguments: 0..<12
    )
    func truth(_ seed: Int) throws {
        var run = MadeRun(requests: drawn(300, seed: UInt64(seed)))
        run.serverOffset = [0, 42_123_456_789, -86_400_000_000_000][seed % 3]
        run.serverPPM = [0, 25, -80, 100][seed % 4]
        run.clockBound = [200, 40_000, 5_000_000][seed % 3]
        // Sequence numbers go round within the run.
        run.firstSequence = seed % 2 == 0 ? 1000 : .max - 2000
        try expectTruth(run)
    }

    @Test("a captured host on the way is not taken for the server")
    func onTheWay() throws {
        var run = MadeRun(requests: drawn(100, seed: 4))
        run.hasRouter = true
        try expectTruth(run)
        #expect(run.splitting().finish(run.timeline).loads[0].servers == ["web"])
        // Without the server's own capture the router is as far as one can see.
        run.hasServer = false
        #expect(run.splitting().finish(run.timeline).loads[0].servers == ["router"])
    }

    @Test("the requests' own packets make the bound narrower than the clocks know it")
    func constraints() throws {
        var run = MadeRun(requests: (0..<200).map { .init(intended: $0 * 5_000_000) })
        run.clockBound = 3_000_000
        var splitting = run.splitting()
        splitting.prepareClocks()
        let bounds = splitting.found.compactMap { splitting.split($0)?.bound(.networkOut) }
        // Half of the shortest way out and back, and what 5 ms drift; not the clocks' 6 ms.
        #expect(bounds.count == 200 && bounds.allSatisfy { $0 < 30_000 }, "\(bounds.max() ?? 0)")
        try expectTruth(run)
    }

    @Test(
        "a copy sent again is one packet: a lost first copy is time in the network, a late second one is nothing"
    )
    func retransmissions() throws {
        var lost = MadeRun.Request(intended: 0)
        (lost.firstIsLost, lost.retransmission) = (true, 200_000_000)
        var late = MadeRun.Request(intended: 500_000_000)
        late.retransmission = 200_000
        var next = MadeRun.Request(intended: 502_000_000)
        next.retransmission = 300_000
        try expectTruth(MadeRun(requests: [lost, late, next]))
    }

    @Test(
        "a late copy of the request before is not taken for the request",
        arguments: [
            (9_996_000, "between the first write and the packet"), (10_200_000, "after the packet"),
        ]
    )
    func lateCopy(_ after: Int64, _ reason: String) throws {
        var first = MadeRun.Request(intended: 0)
        first.retransmission = after
        let second = MadeRun.Request(intended: 10_000_000)
        try expectTruth(MadeRun(requests: [first, second]))
    }

    @Test("what cannot be split is counted with its reason, and nothing is lost from the count")
    func reasons() {
        let good = MadeRun.Request(intended: 1_000_000)
        var unanswered = MadeRun.Request(intended: 11_000_000)
        unanswered.outcome = .timedOut
        var unmarked = MadeRun.Request(intended: 21_000_000)
        unmarked.isMarked = false
        let whole = MadeRun(requests: [good, unanswered, unmarked])
        let phase = whole.splitting().finish(whole.timeline).loads[0].phases[0]
        #expect(phase.split == 1 && phase.unsplit == [.unanswered: 1, .unmarked: 1])

        var alone = MadeRun(requests: [good])
        alone.hasServer = false
        #expect(alone.splitting().finish(alone.timeline).loads[0].phases[0].unsplit == [.notAtServer: 1])

        var shared = MadeRun(requests: [good])
        shared.streams = 10
        #expect(shared.splitting().finish(shared.timeline).loads[0].phases[0].unsplit == [.shared: 1])

        var clockless = MadeRun(requests: [good])
        clockless.hasClocks = false
        #expect(clockless.splitting().finish(clockless.timeline).loads[0].phases[0].unsplit == [.noClock: 1])

        var elsewhere = MadeRun(requests: [good]).splitting()
        elsewhere.add(
            Exchange(
                intended: Instant(.seconds(3)),
                sent: Instant(.seconds(3)),
                firstByte: Instant(.seconds(4)),
                done: Instant(.seconds(4)),
                outcome: .answered(status: 200),
                onWire: .init(written: Instant(.seconds(3)), port: 50_000)
            ),
            load: "browse"
        )
        #expect(
            elsewhere.finish(MadeRun(requests: [good]).timeline).loads[0].phases[0].unsplit == [
                .notAtClient: 1
            ]
        )
    }

    @Test(
        "while the server's wall clock is stepped nothing is split, and before and after it all is, rightly"
    )
    func step() throws {
        var run = MadeRun(requests: (0..<40).map { .init(intended: $0 * 100_000_000) })
        run.step = 2_350_000_000
        var splitting = run.splitting()
        let phase = splitting.finish(run.timeline).loads[0].phases[0]
        #expect(phase.unsplit.keys.allSatisfy { $0 == .stepped })
        #expect(phase.unsplit[.stepped, default: 0] >= 9 && phase.split >= 25)
        splitting = run.splitting()
        splitting.prepareClocks()
        for found in splitting.found {
            let split = try #require(splitting.split(found))
            #expect(abs(split[.networkOut] - 30_000) <= split.bound(.networkOut))
            #expect(abs(split[.server] - 500_000) <= split.bound(.server))
        }
    }

    @Test("a recording of anything makes nothing trap")
    func anything() {
        var random = SeededGenerator(seed: 5, stream: "anything")
        let extremes: [Int64] = [.min, .max, 0, 1 << 60, -(1 << 60), 1 << 61, 5_000_000_000]
        func value() -> Int64 {
            Bool.random(using: &random)
                ? extremes.randomElement(using: &random) ?? 0 : .random(in: .min ... .max, using: &random)
        }
        for _ in 0..<300 {
            let run = MadeRun(requests: drawn(3, seed: 1))
            var splitting = run.splitting()
            for _ in 0..<5 {
                splitting.add(
                    Exchange(
                        intended: Instant(nanoseconds: value()),
                        sent: Instant(nanoseconds: value()),
                        firstByte: Instant(nanoseconds: value()),
                        done: Instant(nanoseconds: value()),
                        outcome: .answered(status: 200),
                        onWire: .init(written: Instant(nanoseconds: value()), port: 40_000)
                    ),
                    load: "browse"
                )
            }
            let phase = splitting.finish(run.timeline).loads[0].phases[0]
            #expect(phase.split + phase.unsplit.values.reduce(0, +) == 8)
        }
    }
}
