import Codecs
import Measures
import Testing

/// Feeds bytes to a fresh conversation as the engine does, cut where the test wants it.
struct Feeding<C: Conversation> {
    let script: C.Script
    var number: UInt64 = 0

    /// The progress that ends the request, or `.incomplete`; all that was written.
    func run(_ pieces: [[UInt8]], sourceLocation: SourceLocation = #_sourceLocation) -> (Progress, [UInt8]) {
        var conversation = C(script)
        var output = OutputBytes()
        var written: [UInt8] = []
        #expect(conversation.begin(into: &output) == .ready, sourceLocation: sourceLocation)
        var progress = conversation.ask(number, into: &output)
        written += output.bytes
        for piece in pieces where progress == .incomplete {
            piece.withUnsafeBytes { bytes in
                var position = 0
                repeat {
                    output.clear()
                    let before = position
                    progress = conversation.feed(bytes, from: &position, into: &output)
                    written += output.bytes
                    #expect((before...bytes.count).contains(position), sourceLocation: sourceLocation)
                    if progress == .incomplete {
                        #expect(position == bytes.count, sourceLocation: sourceLocation)
                    }
                } while position < bytes.count && progress == .incomplete
            }
        }
        return (progress, written)
    }

    /// The same progress in one piece, cut at every position, and byte by byte.
    func expect(
        _ expected: Progress,
        of bytes: [UInt8],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(run([bytes]).0 == expected, "in one piece", sourceLocation: sourceLocation)
        for cut in bytes.indices.dropFirst() {
            let (progress, _) = run([Array(bytes[..<cut]), Array(bytes[cut...])])
            guard progress != expected else { continue }
            Issue.record("cut at \(cut): \(progress)", sourceLocation: sourceLocation)
            return
        }
        #expect(run(bytes.map { [$0] }).0 == expected, "byte by byte", sourceLocation: sourceLocation)
    }

    /// Mutations of a right answer, and noise: nothing traps, and what is written back stays small.
    func fuzz(from bytes: [UInt8], rounds: Int = 20_000, seed: UInt64 = 7) {
        var random = SeededGenerator(seed: seed)
        for round in 0..<rounds {
            var mutated = round.isMultiple(of: 8) ? [] : bytes
            let changes = round.isMultiple(of: 8) ? Int.random(in: 0...200, using: &random) : 1 + round % 4
            for _ in 0..<changes {
                let place = Int.random(in: 0...mutated.count, using: &random)
                let byte = UInt8.random(in: .min ... .max, using: &random)
                switch (Int.random(in: 0..<4, using: &random), place < mutated.count) {
                case (0, true): mutated.remove(at: place)
                case (1, true): mutated.removeLast(mutated.count - place)
                case (2, true): mutated[place] = byte
                default: mutated.insert(byte, at: place)
                }
            }
            let cut = Int.random(in: 0...mutated.count, using: &random)
            let (_, written) = run([Array(mutated[..<cut]), Array(mutated[cut...])])
            guard written.count > 100_000 else { continue }
            Issue.record("\(written.count) bytes written back, seed \(seed), round \(round)")
            return
        }
    }
}

/// "0a0b" as bytes.
func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap { $0.hexDigitValue.map(UInt8.init) }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}
