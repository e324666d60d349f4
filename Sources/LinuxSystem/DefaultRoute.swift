/// By which interface packets leave that have no route of their own.
package enum DefaultRoute {
    /// IPv4, in the calling thread's network namespace; nil: it has none.
    package static var interface: String? {
        (try? FileContents.text("/proc/thread-self/net/route")).flatMap(interface(inTable:))
    }

    /// The table's columns: Iface, Destination, Gateway, Flags, RefCnt, Use, Metric, Mask, …; the smallest metric is taken.
    static func interface(inTable text: String) -> String? {
        let routes = text.split(separator: "\n").dropFirst().compactMap { line -> (String, UInt32)? in
            let columns = line.split { $0 == "\t" || $0 == " " }
            guard columns.count >= 8, columns[1] == "00000000", columns[7] == "00000000",
                let metric = UInt32(columns[6])
            else { return nil }
            return (String(columns[0]), metric)
        }
        return routes.min { $0.1 < $1.1 }?.0
    }
}
