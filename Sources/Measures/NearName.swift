/// Whether a name may have been meant by another: it begins alike, holds the other, or has its letters in another order.
package enum NearName {
    package static func isNear(_ name: String, _ wanted: String) -> Bool {
        guard wanted.count >= 2 else { return false }
        let (name, wanted) = (name.lowercased(), wanted.lowercased())
        return name.hasPrefix(wanted.prefix(3)) || name.contains(wanted)
            || wanted.contains(name) && name.count > 2
            || name.sorted() == wanted.sorted()
    }
}
