import CNghttp2

/// The fields of a request as nghttp2 takes them, encoded once a connection; those that differ from request to request are
/// written anew, and copied by nghttp2.
final class HTTP2Fields {
    let values: UnsafeMutablePointer<nghttp2_nv>
    let count: Int
    private let text: UnsafeMutablePointer<UInt8>
    /// Values that differ, one after the other.
    private var written = OutputBytes(capacity: 256)

    init(_ fields: [HTTP2Script.Field], _ template: HTTP2Template?) {
        count = fields.count
        values = .allocate(capacity: max(1, fields.count))
        text = .allocate(capacity: max(1, fields.reduce(0) { $0 + $1.name.count + $1.value.count }))
        var place = text
        let differing = Set(template?.places ?? [])
        for (index, field) in fields.enumerated() {
            let name = place
            for byte in field.name { (place.pointee, place) = (byte, place + 1) }
            let value = place
            for byte in field.value { (place.pointee, place) = (byte, place + 1) }
            let kept =
                differing.contains(index)
                ? NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue
                : NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue
            (values + index).initialize(
                to: nghttp2_nv(
                    name: name,
                    value: value,
                    namelen: field.name.count,
                    valuelen: field.value.count,
                    flags: UInt8(kept)
                )
            )
        }
    }

    deinit {
        values.deallocate()
        text.deallocate()
    }

    /// Makes them those of the request with this number, and `body` its body. They stay until the next call.
    func fill(_ template: HTTP2Template, _ number: UInt64, body: inout [UInt8]) {
        written.clear()
        if template.writeBody(number, into: &written) {
            body.removeAll(keepingCapacity: true)
            body += written.bytes
            written.clear()
        }
        var start = 0
        // Lengths first: the memory may move while there is more to write.
        template.writeFields(number, into: &written) { place, end in
            values[place].valuelen = end - start
            start = end
        }
        start = 0
        guard let bytes = written.bytes.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
        for place in template.places {
            values[place].value = UnsafeMutablePointer(mutating: bytes + start)
            start += values[place].valuelen
        }
    }
}
