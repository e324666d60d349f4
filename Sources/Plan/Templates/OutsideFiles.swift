/// Files that an experiment file names and lie beside it: data, traces. Who reads the experiment says how they are read;
/// what was read is kept, since it belongs to what is run.
package final class OutsideFiles {
    /// Nothing lies beside: an agent, a test.
    package static var none: OutsideFiles { OutsideFiles { _ in nil } }

    private let read: (String) -> [UInt8]?
    /// By name, as the file writes it.
    package private(set) var contents: [String: [UInt8]] = [:]

    /// `read`: the bytes of a file beside the experiment file, at most `limit` + 1 of them; nil: there is none.
    package init(read: @escaping (String) -> [UInt8]?) {
        self.read = read
    }

    /// Of one file.
    package static let limit = 16 << 20

    func bytes(of name: String) -> [UInt8]? {
        if let known = contents[name] { return known }
        let bytes = read(name)
        contents[name] = bytes
        return bytes
    }
}
