import Measures
import Testing

@testable import Recording

@Suite struct LatencyHistogramTests {
    @Test("a quantile is within 0.1 % of the exact one, or within a bucket of 512 ns")
    func quantiles() {
        var random = SeededGenerator(seed: 4)
        var histogram = LatencyHistogram()
        var values: [Int64] = []
        for _ in 0..<20_000 {
            let value = Int64.random(in: 1...(1 << Int64.random(in: 4...41, using: &random)), using: &random)
            values.append(value)
            histogram.record(nanoseconds: value)
        }
        values.sort()
        #expect(histogram.count == 20_000)
        #expect(histogram.max.nanoseconds == values.last)
        for quantile in [0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1] {
            let exact = values[max(0, Int((quantile * 20_000).rounded(.up)) - 1)]
            let error = abs(histogram.value(atQuantile: quantile).nanoseconds - exact)
            #expect(Double(error) <= max(512, Double(exact) * 0.001), "\(quantile): \(error) of \(exact)")
        }
    }

    @Test("counts stand in HdrHistogram's order: each value in the bucket whose bounds hold it")
    func index() {
        var random = SeededGenerator(seed: 6)
        for round in 0..<10_000 {
            let value =
                UInt64.random(in: 0...LatencyHistogram.highest, using: &random)
                >> UInt64.random(in: 0..<42, using: &random)
            let index = HistogramIndex.index(of: value)
            if HistogramIndex.lowest(of: index) > value || value >= HistogramIndex.lowest(of: index + 1) {
                Issue.record("\(value) at \(index)")
            }
            guard round < 200 else { continue }
            var histogram = LatencyHistogram()
            histogram.record(nanoseconds: Int64(value))
            #expect(histogram.counts.count == index + 1 && histogram.counts.last == 1)
        }
        // HdrHistogram for Java, lowest 1000, 3 digits: 2048 sub-buckets of 512 ns, then 1024 an octave.
        #expect(HistogramIndex.index(of: 2_048 * 512) == 2_048)
        #expect(HistogramIndex.index(of: 4_096 * 512 - 1) == 3_071)
    }

    @Test("times outside the range count at its ends")
    func clamped() {
        var histogram = LatencyHistogram()
        histogram.record(nanoseconds: -5)
        #expect(histogram.max == .zero)
        histogram.record(.seconds(100_000))
        #expect(histogram.count == 2 && histogram.max == .seconds(3_600))
        #expect(LatencyHistogram().value(atQuantile: 0.5) == .zero && LatencyHistogram().max == .zero)
    }

    @Test("a request without an answer counts as never, not as fast")
    func failures() {
        var histogram = LatencyHistogram()
        let zero = Instant.zero
        histogram.record(Exchange(intended: zero, sent: zero, firstByte: zero, done: zero, outcome: .refused))
        #expect(histogram.max == .seconds(3_600))
    }

    @Test("merging is as recording together; coding and decoding changes no count")
    func mergedAndCoded() throws {
        var random = SeededGenerator(seed: 8)
        for round in 0..<15 {
            var parts = [LatencyHistogram(), LatencyHistogram()]
            var together = LatencyHistogram()
            for _ in 0..<(round * 20) {
                let value = Int64.random(
                    in: 0...(1 << Int64.random(in: 1...42, using: &random)),
                    using: &random
                )
                parts[Int.random(in: 0...1, using: &random)].record(nanoseconds: value)
                together.record(nanoseconds: value)
            }
            var merged = try #require(LatencyHistogram(encoded: parts[0].encoded))
            merged.merge(parts[1])
            #expect(merged.counts == together.counts && merged.count == together.count)
            let decoded = try #require(LatencyHistogram(encoded: merged.encoded))
            #expect(decoded.counts == together.counts && decoded.encoded == merged.encoded)
        }
    }

    @Test("the V2 payload is these bytes")
    func golden() {
        var histogram = LatencyHistogram()
        for value in [0, 600, 600, 5_000] as [Int64] { histogram.record(nanoseconds: value) }
        #expect(
            HistogramPayload.encode(histogram) == [
                0x1c, 0x84, 0x93, 0x13, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 3,
                0, 0, 0, 0, 0, 0, 0x03, 0xe8, 0, 0, 0x03, 0x46, 0x30, 0xb8, 0xa0, 0,
                0x3f, 0xf0, 0, 0, 0, 0, 0, 0,
                // 1 at index 0, 2 at index 1, seven zeros, 1 at index 9.
                2, 4, 13, 2,
            ]
        )
    }

    @Test(
        "counts beyond the last index, or too great to be added, are refused",
        arguments: [
            ("a run of 2^63 zeros", [UInt8](repeating: 0xff, count: 9)),
            ("a run of 24 000 zeros, twice", [0xff, 0xf6, 0x02, 0xff, 0xf6, 0x02]),
            (
                "2^62 of one value, twice",
                [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80] + [UInt8](repeating: 0x80, count: 9)
            ),
            ("a number without its end", [0x80]),
        ] as [(String, [UInt8])]
    )
    func impossibleCounts(reason: String, counts: [UInt8]) {
        var payload = Array(HistogramPayload.encode(LatencyHistogram()))
        payload[7] = UInt8(counts.count)
        let stream = ZlibContainer.wrap(payload + counts)
        var writer = ByteWriter()
        writer.fixed(HistogramPayload.compressedCookie.byteSwapped)
        writer.fixed(UInt32(stream.count).byteSwapped)
        writer.append(stream)
        #expect(LatencyHistogram(encoded: writer.bytes) == nil)
    }

    @Test("2 000 damaged encodings never trap")
    func fuzz() {
        var random = SeededGenerator(seed: 9)
        var histogram = LatencyHistogram()
        for _ in 0..<50 { histogram.record(nanoseconds: Int64.random(in: 0...1_000_000_000, using: &random)) }
        let payload = HistogramPayload.encode(histogram)
        var accepted = 0
        for _ in 0..<2_000 {
            var damaged = payload
            let index = Int.random(in: 0..<damaged.count, using: &random)
            damaged[index] = UInt8.random(in: 0...255, using: &random)
            if Bool.random(using: &random) {
                damaged.insert(0xff, at: Int.random(in: 40...damaged.count, using: &random))
            }
            // Length and checksum are made right again, so that the damage is seen by the decoder of counts.
            let length = UInt32(damaged.count - HistogramPayload.headerLength)
            for byte in 0..<4 {
                damaged[4 + byte] = UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * byte))
            }
            let stream = ZlibContainer.wrap(damaged)
            var writer = ByteWriter()
            writer.fixed(HistogramPayload.compressedCookie.byteSwapped)
            writer.fixed(UInt32(stream.count).byteSwapped)
            writer.append(stream)
            if LatencyHistogram(encoded: writer.bytes) != nil { accepted += 1 }
            if LatencyHistogram(encoded: Array(writer.bytes.dropLast())) != nil {
                Issue.record("cut off and accepted")
            }
        }
        #expect(accepted > 100)
    }
}
