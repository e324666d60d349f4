/// A name in which `*` stands for any characters: "veth*", "app-*.service". Upper and lower case differ.
package struct Wildcard: Sendable, Hashable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// The whole text must match. At most the product of the two lengths in steps.
    package func matches(_ name: String) -> Bool {
        let (pattern, name) = (Array(text.utf8), Array(name.utf8))
        let star = UInt8(ascii: "*")
        var (at, next) = (0, 0)
        // Where the last star stands, and up to where it takes the name.
        var open: (star: Int, taken: Int)?
        while at < name.count {
            if next < pattern.count, pattern[next] == star {
                open = (next, at)
                next += 1
            } else if next < pattern.count, pattern[next] == name[at] {
                (at, next) = (at + 1, next + 1)
            } else if let last = open {
                open = (last.star, last.taken + 1)
                (at, next) = (last.taken + 1, last.star + 1)
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == star }
    }
}
