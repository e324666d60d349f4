import Coordinator
import Foundation
import Measures
import Recording
import Testing

/// A file that is read block by block says what the same bytes say read at once.
@Suite struct ExchangeFileTests {
    private static let blocks = (0..<6).map { index in
        let exchanges = (0..<(index * index * 900)).map { number in
            let start = Instant(nanoseconds: Int64(number) * 1_000_000)
            return Exchange(
                intended: start,
                sent: start + Duration.microseconds(3),
                firstByte: start + Duration.microseconds(300 + number % 70),
                done: start + Duration.microseconds(400 + number % 90),
                outcome: .ok
            )
        }
        return ExchangeBlock(load: 0, exchanges: exchanges)
    }
    private static let bytes = blocks.flatMap { $0.encoded() }

    private static func read(
        _ bytes: [UInt8]
    ) throws -> (blocks: [ExchangeBlock], leftover: Int, damage: String?) {
        let url = FileManager.default.temporaryDirectory.appending(path: "fl-blocks-\(UUID().uuidString)")
        try Data(bytes).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        var file = try ExchangeFile(url)
        var blocks: [ExchangeBlock] = []
        while let block = try file.next() { blocks.append(block) }
        return (blocks, file.leftover, file.damage)
    }

    @Test func `whole, every block is there, also one longer than what is read at once`() throws {
        #expect(Self.bytes.count > 200_000)
        let read = try Self.read(Self.bytes)
        #expect(read.blocks == Self.blocks)
        #expect(read.leftover == 0 && read.damage == nil)
    }

    @Test func `cut off or damaged anywhere, it gives and says what the bytes at once do`() throws {
        var random = SystemRandomNumberGenerator()
        for round in 0..<300 {
            var bytes = Self.bytes
            let place = Int.random(in: 0..<bytes.count, using: &random)
            if round % 2 == 0 {
                bytes.removeLast(bytes.count - place)
            } else {
                bytes[place] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &random)
            }
            let read = try Self.read(bytes)
            let expected = ExchangeReader.readAll(bytes)
            #expect(read.blocks == expected.blocks, "byte \(place)")
            #expect(read.leftover == expected.leftover, "byte \(place)")
            // A length that damage made up is said by what is there.
            #expect((read.damage == nil) == (expected.damage == nil), "byte \(place)")
            #expect(read.damage == expected.damage, "byte \(place)")
        }
    }

    @Test func `a file that is not there is named`() {
        #expect(throws: RunFolderError.self) { try ExchangeFile(URL(fileURLWithPath: "/nowhere/x.flx")) }
    }
}
