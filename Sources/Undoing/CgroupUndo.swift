package import Processes

/// What a fault changed in control groups, and how each is put back: written down before the change is made.
package struct CgroupUndo: Hashable, Sendable, Codable {
    /// A process that was moved, and the folder of the group that it came from.
    package struct Home: Hashable, Sendable, Codable {
        package var process: ProcessIdentity
        package var folder: String

        package init(process: ProcessIdentity, folder: String) {
            self.process = process
            self.folder = folder
        }
    }

    /// A file of a group that was there before, and its earlier value.
    package struct Value: Hashable, Sendable, Codable {
        package var file: String
        package var contents: String

        package init(file: String, contents: String) {
            self.file = file
            self.contents = contents
        }
    }

    /// A group of version 2 that was made to hand a controller down.
    package struct Handed: Hashable, Sendable, Codable {
        package var folder: String
        package var controller: String

        package init(folder: String, controller: String) {
            self.folder = folder
            self.controller = controller
        }
    }

    /// The folder of the group that the fault made: thawed, emptied and removed.
    package var made: String?
    package var homes: [Home]
    /// Where processes go that are not in `homes`: children of those that are.
    package var fallback: String
    /// Written in this order.
    package var values: [Value]
    /// Taken back in this order, unless others use it by then.
    package var handed: [Handed]

    package init(
        made: String? = nil,
        homes: [Home] = [],
        fallback: String = "",
        values: [Value] = [],
        handed: [Handed] = []
    ) {
        self.made = made
        self.homes = homes
        self.fallback = fallback
        self.values = values
        self.handed = handed
    }

    package var text: String {
        var parts = values.map { "write \"\($0.contents)\" to \($0.file)" }
        if let made {
            parts.append("move what is in \(made) back to \(fallback), and remove it")
        }
        parts += handed.map { "take \($0.controller) from the groups below \($0.folder)" }
        return parts.joined(separator: "; ")
    }
}
