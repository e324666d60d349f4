import ClockSync
import Testing

@Suite("SipHash-2-4")
struct SipHashTests {
    /// The authors' vectors (vectors.h of the reference code): key 00 01 … 0f, message 00 01 … of the row's length; the
    /// code as 8 bytes, little-endian.
    @Test(
        "gives the authors' codes",
        arguments: [
            (0, [0x31, 0x0e, 0x0e, 0xdd, 0x47, 0xdb, 0x6f, 0x72]),
            (1, [0xfd, 0x67, 0xdc, 0x93, 0xc5, 0x39, 0xf8, 0x74]),
            (7, [0x37, 0xd1, 0x01, 0x8b, 0xf5, 0x00, 0x02, 0xab]),
            (8, [0x62, 0x24, 0x93, 0x9a, 0x79, 0xf5, 0xf5, 0x93]),
            (15, [0xe5, 0x45, 0xbe, 0x49, 0x61, 0xca, 0x29, 0xa1]),
            (63, [0x72, 0x45, 0x06, 0xeb, 0x4c, 0x32, 0x8a, 0x95]),
        ] as [(Int, [UInt8])]
    )
    func vectors(length: Int, expected: [UInt8]) {
        let key = ProbeKey(0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)
        let code = SipHash.code((0..<length).map { UInt8($0) }, key: key)
        #expect(withUnsafeBytes(of: code.littleEndian) { Array($0) } == expected)
    }
}
