import Measures
import Testing

@testable import Recording

@Suite struct ExchangeBlockTests {
    @Test("CRC-32C gives the check value of RFC 3720")
    func checksum() {
        #expect(Array("123456789".utf8).withUnsafeBufferPointer { CRC32C.checksum($0) } == 0xe306_9283)
        #expect(
            [UInt8](repeating: 0, count: 32).withUnsafeBufferPointer { CRC32C.checksum($0) } == 0x8a91_36aa
        )
    }

    @Test("blocks say which of a load's hosts sent them, joined or not")
    func senders() {
        let instant = Instant(nanoseconds: 1_000)
        let exchange = Exchange(
            intended: instant,
            sent: instant,
            firstByte: instant,
            done: instant,
            outcome: .ok
        )
        let blocks = [UInt8(0), 3, 255].map { ExchangeBlock(load: 0, sender: $0, exchanges: [exchange]) }
        #expect(ExchangeReader.readAll(blocks.flatMap { $0.encoded() }).blocks == blocks)
    }

    @Test("a block is these bytes, in this version for ever")
    func golden() {
        let exchanges = [
            Exchange(
                intended: Instant(nanoseconds: 1_000_000),
                sent: Instant(nanoseconds: 1_000_100),
                firstByte: Instant(nanoseconds: 1_000_300),
                done: Instant(nanoseconds: 1_000_301),
                outcome: .answered(status: 200)
            ),
            Exchange(
                intended: Instant(nanoseconds: 2_000_000),
                sent: Instant(nanoseconds: 2_000_000),
                firstByte: Instant(nanoseconds: 2_000_000),
                done: Instant(nanoseconds: 2_000_000),
                outcome: .refused
            ),
        ]
        let bytes = ExchangeBlock(load: 258, exchanges: exchanges).encoded()
        #expect(
            bytes == [
                0x46, 0x4c, 0x58, 0x31, 1, 0, 0x02, 0x01, 2, 0, 0, 0, 18, 0, 0, 0, 0x25, 0xcc, 0x27, 0xb9,
                // Differences of differences: 1 000 000 and 0.
                2, 0x80, 0x89, 0x7a, 0,
                // Lateness 100 and 0, first byte 200 and 0, body 1 and 0: zigzag doubles them.
                0xc8, 1, 0, 0x90, 3, 0, 2, 0,
                // One with code 216, one with code 0.
                0xd8, 1, 1, 0, 1,
            ]
        )
    }

    @Test(
        "what finds the packets follows in version 2: ports by difference, then written − sent of those that have one"
    )
    func goldenOnWire() {
        let instant = Instant(nanoseconds: 1_000_000)
        var exchanges = (0..<3).map { _ in
            Exchange(intended: instant, sent: instant, firstByte: instant, done: instant, outcome: .reset)
        }
        exchanges[0].onWire = .init(written: Instant(nanoseconds: 1_000_100), port: 40_000)
        exchanges[2].onWire = .init(written: Instant(nanoseconds: 1_000_001), port: 40_001)
        let plain = ExchangeColumns.encode(exchanges[...], onWire: false, setUps: false)
        let bytes = ExchangeBlock(load: 258, exchanges: exchanges).encoded()
        #expect(bytes[4] == 2)
        #expect(Array(bytes[20...].prefix(plain.count)) == plain)
        #expect(
            Array(bytes[(20 + plain.count)...]) == [
                // +40 000, −40 000, +40 001; 100 and 1: zigzag doubles them.
                0x80, 0xf1, 0x04, 0xff, 0xf0, 0x04, 0x82, 0xf1, 0x04, 0xc8, 1, 2,
            ]
        )
        #expect(ExchangeReader.readAll(bytes).blocks.first?.exchanges == exchanges)
    }

    @Test("set-up times follow in version 3, of those that have them, with or without what finds the packets")
    func goldenSetUps() {
        let instant = Instant(nanoseconds: 1_000_000)
        var exchanges = (0..<4).map { _ in
            Exchange(intended: instant, sent: instant, firstByte: instant, done: instant, outcome: .ok)
        }
        exchanges[1].setUp = .init(connect: .nanoseconds(3), secure: .zero, admit: .nanoseconds(-1))
        exchanges[3].setUp = .init(connect: .nanoseconds(64), secure: .nanoseconds(2), admit: .zero)
        for onWire in [false, true] {
            if onWire { exchanges[0].onWire = .init(written: instant, port: 40_000) }
            let rest = ExchangeColumns.encode(exchanges[...], onWire: onWire, setUps: false)
            let bytes = ExchangeBlock(load: 258, exchanges: exchanges).encoded()
            #expect(bytes[4] == 3)
            #expect(bytes[20] == (onWire ? 1 : 0))
            #expect(Array(bytes[21...].prefix(rest.count)) == rest)
            // Two; one after the first: 3, 0, −1; two on: 64, 2, 0.
            #expect(Array(bytes[(21 + rest.count)...]) == [2, 1, 6, 0, 1, 2, 0x80, 1, 4, 0])
            #expect(ExchangeReader.readAll(bytes).blocks.first?.exchanges == exchanges)
        }
    }

    @Test("what finds the packets takes at most eight bytes an exchange")
    func sizeOnWire() {
        var random = SeededGenerator(seed: 9)
        let exchanges = (0..<10_000).map { index in
            let sent = Instant(nanoseconds: Int64(index) * 1_000_000 + 20_000)
            return Exchange(
                intended: Instant(nanoseconds: Int64(index) * 1_000_000),
                sent: sent,
                firstByte: sent + .microseconds(200),
                done: sent + .microseconds(201),
                outcome: .answered(status: 200),
                onWire: .init(
                    written: sent + .nanoseconds(Int64.random(in: 3000...60_000, using: &random)),
                    port: .random(in: 32_768...60_999, using: &random)
                )
            )
        }
        let more =
            ExchangeColumns.encode(exchanges[...], onWire: true, setUps: false).count
            - ExchangeColumns.encode(exchanges[...], onWire: false, setUps: false).count
        #expect(more <= 8 * exchanges.count)
    }

    @Test("what is written is read, whatever the values")
    func roundTrip() {
        var random = SeededGenerator(seed: 1)
        for round in 0..<400 {
            var exchanges = (0..<(round % 40)).map { _ in Self.anything(&random) }
            for index in exchanges.indices where round % 3 == 0 && Bool.random(using: &random) {
                let times = (0..<3).map { _ in Self.anything(&random).sent.sinceZero }
                exchanges[index].setUp = .init(connect: times[0], secure: times[1], admit: times[2])
            }
            for index in exchanges.indices where round % 2 == 0 && Bool.random(using: &random) {
                let written = Self.anything(&random).sent
                exchanges[index].onWire = .init(
                    written: written,
                    port: .random(in: 1...(.max), using: &random)
                )
            }
            let block = ExchangeBlock(
                load: UInt16.random(in: 0...(.max), using: &random),
                exchanges: exchanges
            )
            let read = ExchangeReader.readAll(block.encoded())
            #expect(read.blocks == [block] && read.leftover == 0 && read.damage == nil)
        }
    }

    @Test("every outcome has its own code and keeps it")
    func outcomeCodes() {
        let codes: [(Outcome, UInt32)] = [
            (.refused, 0), (.notConnected, 1), (.reset, 2), (.timedOut, 3), (.malformed, 4), (.dropped, 5),
            (.ok, 6), (.wrongAnswer, 7), (.notSecured, 8), (.notAdmitted, 9), (.cutOff, 10),
            (.error(AnswerError(.redis, 0)), 1 << 30),
            (.error(AnswerError(.grpc, 14)), (1 << 30) + (2 << 26) + 14),
            (.answered(status: 0), 16), (.answered(status: 200), 216), (.answered(status: 65_535), 65_551),
        ]
        for (outcome, code) in codes {
            #expect(outcome.code == code)
            #expect(Outcome(code: UInt64(code)) == outcome)
        }
        #expect((11...15).allSatisfy { Outcome(code: $0) == nil })
        #expect(Outcome(code: 65_552) == nil && Outcome(code: .max) == nil)
    }

    @Test(
        "an exchange of steady traffic takes at most this many bytes",
        arguments: [("even arrivals", false, 8.5), ("Poisson arrivals", true, 10.5)]
    )
    func size(reason: String, poisson: Bool, most: Double) {
        var random = SeededGenerator(seed: 2)
        let exchanges = Self.steady(count: 2_000, poisson: poisson, &random)
        let bytes = ExchangeBlock(load: 0, exchanges: exchanges).encoded()
        #expect(Double(bytes.count) / 2_000 < most, "\(reason): \(Double(bytes.count) / 2_000) bytes")
        #expect(ExchangeReader.readAll(bytes).blocks.first?.exchanges == exchanges)
    }

    /// 2,000/s on a loopback: sent 10 to 90 µs late, answered within 40 to 400 µs, one of 200 fails.
    static func steady(count: Int, poisson: Bool, _ random: inout SeededGenerator) -> [Exchange] {
        var due = Instant.zero
        return (0..<count).map { _ in
            let gap = poisson ? Int64.random(in: 1...1_500_000, using: &random) : 500_000
            due = Instant(nanoseconds: due.nanoseconds + gap)
            let sent = due + .nanoseconds(Int64.random(in: 10_000...90_000, using: &random))
            let first = sent + .nanoseconds(Int64.random(in: 40_000...400_000, using: &random))
            let fails = Int.random(in: 0..<200, using: &random) == 0
            return Exchange(
                intended: due,
                sent: sent,
                firstByte: first,
                done: first,
                outcome: .answered(status: fails ? 503 : 200)
            )
        }
    }

    private static func anything(_ random: inout SeededGenerator) -> Exchange {
        func instant(_ random: inout SeededGenerator) -> Instant {
            let bits = Int.random(in: 0..<64, using: &random)
            return Instant(nanoseconds: Int64(bitPattern: random.next()) >> Int64(bits))
        }
        let outcomes: [Outcome] = [
            .refused, .notConnected, .reset, .timedOut, .malformed, .dropped, .ok, .wrongAnswer, .notSecured,
            .notAdmitted, .cutOff, .error(AnswerError(.sql, UInt32.random(in: 0...(.max), using: &random))),
            .answered(status: UInt16.random(in: 0...(.max), using: &random)),
        ]
        return Exchange(
            intended: instant(&random),
            sent: instant(&random),
            firstByte: instant(&random),
            done: instant(&random),
            outcome: outcomes.randomElement(using: &random) ?? .reset
        )
    }
}
