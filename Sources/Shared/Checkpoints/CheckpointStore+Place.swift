internal import Buckets

extension CheckpointStore {
  /// The store of a run.
  ///
  /// - Parameters:
  ///   - place: As the run's settings have it: `s3://BUCKET/PREFIX`; `nil` for the folder.
  ///   - environment: Says where the object store is, and who asks it; only read where it is needed.
  ///   - scratch: A folder of this machine for shards that are being written to a bucket.
  public init(
    at place: String?, orFolder path: String, environment: [String: String], scratch: String
  ) throws(CheckpointError) {
    guard let place else {
      self.init(folder: path)
      return
    }
    do throws(BucketError) {
      let bucket = Bucket(try BucketAddress(parsing: place), access: try BucketAccess(environment))
      self.init(CheckpointBucket(bucket: bucket, scratch: scratch))
    } catch { throw .misconfigured(error.reason) }
  }
}
