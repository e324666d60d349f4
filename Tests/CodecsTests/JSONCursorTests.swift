import Measures
import Plan
import Testing

@testable import Codecs

@Suite struct JSONCursorTests {
    /// RFC 6901, section 5.
    private static let example =
        #"{ "foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8 }"#

    @Test(
        "pointers find what RFC 6901 says they find",
        arguments: [
            ("/foo/0", "bar"), ("/foo/1", "baz"), ("/", "0"), ("/a~1b", "1"), ("/c%d", "2"), ("/e^f", "3"),
            ("/g|h", "4"), ("/i\\j", "5"), ("/k\"l", "6"), ("/ ", "7"), ("/m~0n", "8"),
        ]
    )
    func standard(_ pointer: String, _ value: String) throws {
        #expect(try finds(pointer, value, in: Self.example))
        #expect(try finds(pointer, nil, in: Self.example))
        #expect(try !finds(pointer, value + "x", in: Self.example))
        #expect(try finds("", nil, in: Self.example) && finds("/foo", nil, in: Self.example))
        // Only a value without parts equals a text.
        #expect(try !finds("/foo", "[\"bar\", \"baz\"]", in: Self.example))
    }

    @Test(
        "what is not there is not found",
        arguments: ["/fo", "/foo/2", "/foo/-", "/foo/00", "/foo/x", "/foo/0/x", "/a/b", "/foo/999999999"]
    )
    func absent(_ pointer: String) throws {
        #expect(try !finds(pointer, nil, in: Self.example))
    }

    @Test("escapes and words are read as RFC 8259 writes them")
    func values() throws {
        let text =
            #"{"a":"\u00e9\n\ud83d\ude00\/","b":[true,false,null,-1.5e+3],"c":{"d":[{},[],[[1]],"]}"]},"e":"x"}"#
        #expect(try finds("/a", "é\n😀/", in: text))
        #expect(try finds("/b/0", "true", in: text) && finds("/b/2", "null", in: text))
        #expect(try finds("/b/3", "-1.5e+3", in: text) && !finds("/b/3", "-1500", in: text))
        #expect(try finds("/c/d/2/0/0", "1", in: text) && finds("/c/d/3", "]}", in: text))
        #expect(try finds("/e", "x", in: text), "what is skipped is skipped whole")
        #expect(try finds("/\\u0061", nil, in: text) == false)
        #expect(try finds("/é", "1", in: #"{"\u00E9":1}"#))
        #expect(try finds("", "up", in: " \"up\"\n") && finds("", "7", in: "7"))
        // A text is no number, but is compared by its content.
        #expect(try finds("/n", "7", in: #"{"n":"7"}"#))
    }

    @Test("a text that is cut off has no whole value at its end, and nothing traps", arguments: [0, 1])
    func cut(_ seed: UInt64) throws {
        let bytes = Array(Self.example.utf8)
        for end in 0..<bytes.count {
            #expect(try !finds("/m~0n", "8", in: bytes[..<end]) || end >= bytes.count - 2)
            #expect(try !finds("", nil, in: bytes[..<end]))
        }
        var generator = SeededGenerator(seed: seed, stream: "json")
        let signs = Array("{}[]\":,\\u0d8\u{1}tf -".utf8)
        for _ in 0..<20_000 {
            var random = bytes
            for _ in 0..<Int.random(in: 1...20, using: &generator) {
                random[Int.random(in: 0..<random.count, using: &generator)] =
                    signs[Int.random(in: 0..<signs.count, using: &generator)]
            }
            _ = try finds("/foo/1", "baz", in: random[..<Int.random(in: 0...random.count, using: &generator)])
        }
    }

    @Test("depth costs no stack")
    func deep() throws {
        let text = String(repeating: "[", count: 60_000) + String(repeating: "]", count: 60_000)
        #expect(try finds("/0/0", nil, in: text))
        #expect(try !finds("/1", nil, in: text))
    }

    @Test(
        "a pointer begins with a slash, and ~ stands for ~0 and ~1 only",
        arguments: ["a", "a/b", "/~", "/~2", "/a~"]
    )
    func noPointer(_ text: String) {
        #expect(JSONPointer(text) == nil)
    }

    private func finds(_ pointer: String, _ value: String?, in text: String) throws -> Bool {
        try finds(pointer, value, in: Array(text.utf8)[...])
    }

    private func finds(_ pointer: String, _ value: String?, in bytes: ArraySlice<UInt8>) throws -> Bool {
        let pointer = try #require(JSONPointer(pointer))
        return bytes.withUnsafeBytes {
            var cursor = JSONCursor($0)
            return cursor.finds(pointer, equal: value.map { Array($0.utf8) })
        }
    }
}
