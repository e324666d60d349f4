package import Measures

/// What one stress worker does to its host, as a pure value that travels on a command line.
package enum StressTask: Hashable, Sendable {
    /// So many threads, each of which uses this share of one CPU.
    case cpu(workers: Int, load: Share)
    /// Takes so much memory and touches each page of it; `isKeptHot`: again once a second, so that it is not swapped out.
    /// `beyondMargin`: also when the host then has less than `MemoryInfo.margin` left.
    case memory(bytes: UInt64, isKeptHot: Bool, beyondMargin: Bool)
    /// Fills the file system of this folder until so much is free.
    case disk(folder: String, leaving: Space, counting: FreeSpace)
    /// So many threads, each of which writes, syncs and reads a file of this many bytes in this folder.
    case io(workers: Int, folder: String, bytes: UInt64)

    package enum Space: Hashable, Sendable {
        case bytes(UInt64)
        /// Of the file system's size.
        case share(Share)

        /// Rounded down.
        package func bytes(of size: UInt64) -> UInt64 {
            switch self {
            case .bytes(let bytes): return bytes
            case .share(let share):
                let (high, low) = size.multipliedFullWidth(by: share.attos)
                return Share.one.attos.dividingFullWidth((high, low)).quotient
            }
        }

        package var text: String {
            switch self {
            case .bytes(let bytes): "\(bytes)"
            case .share(let share): share.percentText
            }
        }

        package init?(_ text: String) {
            if text.hasSuffix("%") {
                guard let share = Share(text) else { return nil }
                self = .share(share)
            } else {
                guard let bytes = UInt64(text) else { return nil }
                self = .bytes(bytes)
            }
        }
    }

    /// Whose free space is meant: file systems keep some back for root (5 % on ext4).
    package enum FreeSpace: String, Hashable, Sendable, CaseIterable {
        /// What users have, and `df` shows.
        case users
        /// What root has: services that run as root see a full disk only then.
        case root
    }

    /// More threads than that are a mistake.
    package static let mostWorkers = 1024

    /// Nil: it can be done; otherwise what is wrong with it.
    package var fault: String? {
        switch self {
        case .cpu(let workers, let load):
            if !(1...Self.mostWorkers).contains(workers) { return "workers: 1 to \(Self.mostWorkers)" }
            return load == .zero ? "a load of 0% is no stress" : nil
        case .memory(let bytes, _, _): return bytes == 0 ? "0 bytes of memory are no stress" : nil
        case .disk(let folder, _, _):
            return folder.hasPrefix("/") ? nil : "the folder \(folder) is no full path"
        case .io(let workers, let folder, let bytes):
            if !(1...Self.mostWorkers).contains(workers) { return "workers: 1 to \(Self.mostWorkers)" }
            if !folder.hasPrefix("/") { return "the folder \(folder) is no full path" }
            return bytes < 4096 ? "a file has 4096 bytes at least" : nil
        }
    }

    /// For a person.
    package var text: String {
        switch self {
        case .cpu(let workers, let load):
            "\(workers) CPU worker\(workers == 1 ? "" : "s") at \(load.percentText)"
        case .memory(let bytes, let hot, _): "\(bytes.sizeText) of memory\(hot ? ", kept hot" : "")"
        case .disk(let folder, let space, let counting):
            "the disk of \(folder) full but for \(space.words)"
                + (counting == .root ? " (root's)" : "")
        case .io(let workers, let folder, let bytes):
            "\(workers) I/O worker\(workers == 1 ? "" : "s") in \(folder), \(bytes.sizeText) each"
        }
    }
}

extension StressTask.Space {
    fileprivate var words: String { if case .bytes(let bytes) = self { bytes.sizeText } else { text } }
}

/// On a command line: "cpu 2 37.5%", "memory 1048576 hot margin", "disk /tmp 1% users", "io 2 /tmp 1048576".
extension StressTask {
    package var arguments: [String] {
        switch self {
        case .cpu(let workers, let load): ["cpu", "\(workers)", load.percentText]
        case .memory(let bytes, let hot, let beyond):
            ["memory", "\(bytes)", hot ? "hot" : "cold", beyond ? "beyond" : "margin"]
        case .disk(let folder, let space, let counting): ["disk", folder, space.text, counting.rawValue]
        case .io(let workers, let folder, let bytes): ["io", "\(workers)", folder, "\(bytes)"]
        }
    }

    package init?(arguments: [String]) {
        switch (arguments.first, arguments.count) {
        case ("cpu", 3):
            guard let workers = Int(arguments[1]), let load = Share(arguments[2]) else { return nil }
            self = .cpu(workers: workers, load: load)
        case ("memory", 4):
            guard let bytes = UInt64(arguments[1]), ["hot", "cold"].contains(arguments[2]),
                ["beyond", "margin"].contains(arguments[3])
            else { return nil }
            self = .memory(
                bytes: bytes,
                isKeptHot: arguments[2] == "hot",
                beyondMargin: arguments[3] == "beyond"
            )
        case ("disk", 4):
            guard let space = Space(arguments[2]), let counting = FreeSpace(rawValue: arguments[3]) else {
                return nil
            }
            self = .disk(folder: arguments[1], leaving: space, counting: counting)
        case ("io", 4):
            guard let workers = Int(arguments[1]), let bytes = UInt64(arguments[3]) else { return nil }
            self = .io(workers: workers, folder: arguments[2], bytes: bytes)
        default: return nil
        }
        if fault != nil { return nil }
    }
}
