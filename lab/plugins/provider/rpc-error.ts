import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { Any } from 'google-protobuf/google/protobuf/any_pb';
import { ErrorResourceInitFailed } from '@pulumi/pulumi/proto/provider_pb';
import { Status } from '@pulumi/pulumi/proto/status_pb';
import { HalfDone } from './half-done';
import { toStruct } from './struct';

/**
 * Turns what a call threw into the protocol's error: code UNKNOWN and the message, as Go plugins do. A `HalfDone`
 * carries its state along, in the header where gRPC keeps the details of an error.
 */
export function rpcError(thrown: unknown): Partial<ServiceError> {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const metadata = new Metadata();
  if (thrown instanceof HalfDone) {
    const detail = new ErrorResourceInitFailed();
    detail.setId(thrown.id);
    detail.setProperties(toStruct(thrown.properties));
    detail.setReasonsList([message]);
    const packed = new Any();
    packed.pack(detail.serializeBinary(), 'pulumirpc.ErrorResourceInitFailed');
    const details = new Status();
    details.setCode(status.UNKNOWN);
    details.setMessage(message);
    details.addDetails(packed);
    metadata.add('grpc-status-details-bin', Buffer.from(details.serializeBinary()));
  }
  return { code: status.UNKNOWN, details: message, message, metadata };
}
