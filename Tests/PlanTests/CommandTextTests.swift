import Testing

@testable import Plan

@Suite struct CommandTextTests {
    @Test(arguments: [
        ("blanks part words", "a  b\tc\nd", ["a", "b", "c", "d"]),
        ("single quotes are literal", #"a 'b  c\d "e"'"#, ["a", #"b  c\d "e""#]),
        ("double quotes hold blanks and escapes", #""a b" "c\"d\\""#, ["a b", #"c"d\"#]),
        ("a word may be quoted in part", "a'b c'd", ["ab cd"]),
        ("an empty word is a word", "a '' \"\"", ["a", "", ""]),
        ("a backslash takes one character", #"a\ b \'c"#, ["a b", "'c"]),
        (
            "what a shell would understand passes in quotes", "find . ';' \\| '&&'",
            ["find", ".", ";", "|", "&&"]
        ),
        ("and inside a word", "a;b c>d", ["a;b", "c>d"]),
        ("nothing is no word", "   ", []),
    ])
    func `a command is split as a shell would`(_ reason: String, _ text: String, _ words: [String]) throws {
        #expect(try CommandText(text).words == words, "\(reason)")
    }

    @Test(arguments: [
        ("a single quote", "a 'b", CommandText.Fault.unterminated(quote: "'")),
        ("a double quote", "a \"b", .unterminated(quote: "\"")),
        ("a backslash at the end", #"a \"#, .unterminated(quote: "\\")),
        ("a pipe", "a | b", .shellWord("|")),
        ("a redirection at the end", "a >", .shellWord(">")),
    ])
    func `a command that cannot be split is refused`(
        _ reason: String,
        _ text: String,
        _ fault: CommandText.Fault
    ) {
        #expect(throws: fault, "\(reason)") { try CommandText(text) }
    }
}
