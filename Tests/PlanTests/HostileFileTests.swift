import Measures
import Testing

@testable import Plan

/// A file that means harm; its text may be large and is not printed.
struct HostileFile: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let yaml: String

    init(_ reason: String, _ yaml: String) {
        self.testDescription = reason
        self.yaml = yaml
    }
}

/// Whatever stands in a file: a plan or a PlanError, soon.
@Suite struct HostileFileTests {
    private static let aliases: [HostileFile] = [
        HostileFile("a billion laughs in values", bomb(tail: "b: *a8\n")),
        HostileFile("a billion laughs as a key", bomb(tail: "*a8 : 1\n")),
        HostileFile("a billion laughs inside a key", bomb(tail: "[*a8, *a8]: 1\n")),
        HostileFile("a billion laughs as a key in braces", bomb(tail: "b: { *a8 }\n")),
        HostileFile("a billion laughs as an explicit key", bomb(tail: "? *a8\n: 1\n")),
        HostileFile(
            "a billion laughs where a list of hosts is expected",
            BadFile.base + bomb(tail: "faults: *a8\n")
        ),
        HostileFile("an alias to what surrounds it", "a: &x [*x]\n"),
        HostileFile("many anchors", many(50_000) { "k\($0): &a\($0) 1\n" }),
    ]
    private static let shapes: [HostileFile] = [
        HostileFile("a thousand levels in a block", many(999) { String(repeating: " ", count: $0) + "a:\n" }),
        HostileFile("many levels in brackets", "a: " + String(repeating: "[", count: 1_000_000)),
        HostileFile("many levels in braces", "a: " + String(repeating: "{a: ", count: 200_000)),
        HostileFile("many explicit keys", String(repeating: "? ", count: 100_000)),
        HostileFile(
            "many explicit keys on many lines",
            many(200) { String(repeating: "? ", count: 900) + "a\($0)\n" }
        ),
        HostileFile("many sequences", String(repeating: "- ", count: 100_000)),
        HostileFile("one long line", String(repeating: "x", count: 1_000_000)),
        HostileFile("many keys", many(60_000) { "k\($0): 1\n" }),
        HostileFile("one key many times", String(repeating: "a: 1\n", count: 100_000)),
        HostileFile("many quotes", String(repeating: "\"a\" ", count: 100_000)),
        HostileFile("many documents", String(repeating: "---\n", count: 100_000)),
        HostileFile(
            "a number that no type holds",
            BadFile.base + "x: \(String(repeating: "9", count: 10_000))s\n"
        ),
        HostileFile("a tag", "!!binary a: !<tag:x> b\n"),
        HostileFile("a directive", "%YAML 9.9\n---\na: 1\n"),
        HostileFile("combining marks", "a" + String(repeating: "\u{301}", count: 100_000) + ": 1\n"),
    ]

    private static func many(_ count: Int, _ line: (Int) -> String) -> String {
        (0..<count).map(line).joined()
    }

    @Test(.timeLimit(.minutes(5)), arguments: aliases + shapes)
    func `is refused without a crash or a hang`(_ file: HostileFile) {
        let error = #expect(throws: PlanError.self) { try Plan(yaml: file.yaml, fileName: "x.yaml") }
        #expect(error?.diagnostics.isEmpty == false)
    }

    /// Nine levels of ten aliases each.
    private static func bomb(tail: String) -> String {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...8 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        return text + tail
    }

    /// Byte flips, cuts, and pieces of the file put elsewhere: what hands and editors do, many times over.
    @Test(.timeLimit(.minutes(5)), arguments: 0..<8)
    func `a damaged example is a plan or a PlanError`(_ part: Int) throws {
        let example = Array(try (part % 2 == 0 ? Example.text("web-failover.yaml") : BadFile.base).utf8)
        var generator = SeededGenerator(seed: UInt64(part), stream: "damage")
        var refused = 0
        for _ in 0..<2_600 {
            let bytes = damaged(example, using: &generator)
            do throws(PlanError) {
                _ = try Plan(bytes: bytes, fileName: "x.yaml")
            } catch {
                refused += 1
                #expect(
                    !error.diagnostics.isEmpty
                        && error.diagnostics.allSatisfy { $0.line > 0 && $0.column > 0 }
                )
                #expect(error.code != "plan.invalid")
            }
        }
        #expect(refused > 1_000)
    }

    private func damaged(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        let marks = Array("{}[]:,&*#?|-<>=!%@\\\"' \n\t0".utf8)
        var bytes = bytes
        for _ in 0...Int(generator.next() % 4) {
            let place = Int(generator.next() % UInt64(bytes.count))
            let length = min(Int(generator.next() % 40), bytes.count - place)
            switch generator.next() % 7 {
            case 0: bytes[place] ^= 1 << UInt8(generator.next() % 8)
            case 1: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
            case 2: bytes.removeSubrange(place..<place + length)
            case 3:
                bytes.insert(
                    contentsOf: bytes[place..<place + length],
                    at: Int(generator.next() % UInt64(bytes.count))
                )
            case 4:
                bytes.insert(marks[Int(generator.next() % UInt64(marks.count))], at: place)
            case 5: bytes.swapAt(place, Int(generator.next() % UInt64(bytes.count)))
            default: if generator.next() % 8 == 0 { bytes.removeSubrange((place + 1)...) }
            }
            if bytes.isEmpty { return [0x0A] }
        }
        return bytes
    }
}
