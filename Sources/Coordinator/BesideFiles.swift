package import Foundation
package import Plan

/// Files that an experiment names and that lie beside it, kept in the run's folder: what is judged again must be what was run.
extension RunFolder {
    private var beside: URL { url.appending(path: "beside") }

    /// One file's name in the folder: a path is no way out of it.
    private static func kept(_ name: String) -> String {
        "f-" + name.replacing("%", with: "%25").replacing("/", with: "%2F")
    }

    package func keep(_ outside: OutsideFiles) throws {
        guard !outside.contents.isEmpty else { return }
        try FileManager.default.createDirectory(at: beside, withIntermediateDirectories: true)
        for (name, bytes) in outside.contents {
            try Data(bytes).write(to: beside.appending(path: Self.kept(name)))
        }
    }

    /// What was kept.
    var outsideFiles: OutsideFiles {
        OutsideFiles { name in OutsideFiles.content(of: beside.appending(path: Self.kept(name))) }
    }
}

extension OutsideFiles {
    /// Those in a folder, or wherever a whole path leads.
    package static func beside(_ folder: URL) -> OutsideFiles {
        OutsideFiles { name in content(of: URL(fileURLWithPath: name, relativeTo: folder)) }
    }

    fileprivate static func content(of url: URL) -> [UInt8]? {
        guard let file = try? FileHandle(forReadingFrom: url) else { return nil }
        defer { try? file.close() }
        do {
            return Array(try file.read(upToCount: limit + 1) ?? Data())
        } catch {
            return nil
        }
    }
}
