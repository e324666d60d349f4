import Measures
import Testing

@testable import Recording

@Suite struct ExchangeReaderTests {
    private let blocks: [ExchangeBlock]
    private let bytes: [UInt8]
    /// Where each block ends.
    private let ends: [Int]

    init() {
        var random = SeededGenerator(seed: 5)
        blocks = (0..<5).map { index in
            let exchanges = ExchangeBlockTests.steady(count: index * 7, poisson: index % 2 == 0, &random)
            return ExchangeBlock(load: UInt16(index), exchanges: exchanges)
        }
        var bytes: [UInt8] = []
        var ends: [Int] = []
        for block in blocks {
            bytes += block.encoded()
            ends.append(bytes.count)
        }
        self.bytes = bytes
        self.ends = ends
    }

    @Test("a recording that is cut off anywhere gives its whole blocks and says what is left")
    func torn() {
        for length in 0...bytes.count {
            let read = ExchangeReader.readAll(Array(bytes.prefix(length)))
            let whole = ends.count { $0 <= length }
            #expect(read.blocks == Array(blocks.prefix(whole)))
            #expect(read.leftover == length - (whole == 0 ? 0 : ends[whole - 1]))
            #expect((read.damage == nil) == (read.leftover == 0))
        }
    }

    @Test("a block that is damaged at any byte is not read, those before it are")
    func flipped() {
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 0x10
            let read = ExchangeReader.readAll(damaged)
            let whole = ends.count { $0 <= index }
            #expect(read.blocks == Array(blocks.prefix(whole)), "byte \(index)")
            #expect(read.damage?.hasPrefix("at byte \(whole == 0 ? 0 : ends[whole - 1]):") == true)
        }
    }

    @Test(
        "damage is named",
        arguments: [
            ("nothing like a block", [UInt8](repeating: 7, count: 40), "no block begins here"),
            ("half a header", Array("FLX1".utf8), "the header is cut off"),
            ("a later version", Array("FLX1".utf8) + [4] + [UInt8](repeating: 0, count: 15), "version 4"),
        ]
    )
    func named(reason: String, bytes: [UInt8], expected: String) {
        #expect(ExchangeReader.readAll(bytes).damage?.contains(expected) == true)
    }

    @Test("20 000 damaged recordings never trap, and never give a block that was not written")
    func fuzz() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<20_000 {
            var damaged = bytes
            Self.damage(&damaged, &random)
            let read = ExchangeReader.readAll(damaged)
            // Blocks that were not hit are read, up to the first that was.
            if read.blocks != Array(blocks.prefix(read.blocks.count)) { Issue.record("a block was changed") }
            if read.leftover < 0 || read.leftover > damaged.count {
                Issue.record("\(read.leftover) bytes left")
            }
        }
    }

    @Test(
        "20 000 damaged columns behind a right checksum never trap nor take memory without end",
        arguments: [1, 2, 3] as [UInt8]
    )
    func fuzzColumns(version: UInt8) {
        let (onWire, setUps) = (version > 1, version > 2)
        var random = SeededGenerator(seed: 13)
        var exchanges = blocks[3].exchanges
        for index in exchanges.indices where onWire {
            exchanges[index].onWire = .init(written: exchanges[index].sent, port: 40_000)
        }
        for index in exchanges.indices where setUps && index % 3 == 0 {
            exchanges[index].setUp = .init(connect: .microseconds(50), secure: .zero, admit: .milliseconds(2))
        }
        let payload = ExchangeColumns.encode(exchanges[...], onWire: onWire, setUps: setUps)
        var accepted = 0
        for _ in 0..<20_000 {
            var damaged = payload
            Self.damage(&damaged, &random)
            let count =
                Bool.random(using: &random)
                ? exchanges.count : Int(UInt32.random(in: 0...(.max), using: &random))
            let read = damaged.withUnsafeBufferPointer {
                ExchangeColumns.decode($0, count: count, version: version)
            }
            guard let read else { continue }
            if read.count != count { Issue.record("\(read.count) of \(count)") }
            accepted += 1
        }
        #expect(accepted > 100, "the damage must reach the columns' inside too")
    }

    private static func damage(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            guard !bytes.isEmpty else { return }
            let index = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.remove(at: index)
            case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
            case 4: bytes.removeLast(bytes.count - index)
            default: bytes[index] = 0xff
            }
        }
    }
}
