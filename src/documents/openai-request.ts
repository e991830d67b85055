import { type JsonObject, type JsonValue, isJsonArray, isJsonObject } from '../../schemas/json.ts';
import { ownMember } from './own-member.ts';

/** Whether a record is one line of an OpenAI batch's input file: `{custom_id, body: {messages}}`. */
export function isOpenaiRequest(members: JsonObject): boolean {
  return typeof ownMember(members, 'custom_id') === 'string' && messagesOf(members) !== null;
}

/**
 * The document in a request: what its user says, several messages or parts a blank line apart. Instructions of the system
 * are left out, since the task has its own. Null where there is none, or a part that is no text.
 */
export function textOfRequest(members: JsonObject): string | null {
  const texts = (messagesOf(members) ?? []).flatMap((message) =>
    isJsonObject(message) && ownMember(message, 'role') === 'user' ? textsOf(ownMember(message, 'content')) : [],
  );
  const known = texts.filter((text) => text !== null);
  return known.length > 0 && known.length === texts.length ? known.join('\n\n') : null;
}

function messagesOf(members: JsonObject): readonly JsonValue[] | null {
  const body = ownMember(members, 'body');
  const messages = isJsonObject(body) ? ownMember(body, 'messages') : undefined;
  return isJsonArray(messages) ? messages : null;
}

function textsOf(content: JsonValue | undefined): (string | null)[] {
  if (typeof content === 'string') return [content];
  if (!isJsonArray(content)) return [null];
  return content.map((part) => {
    const text = isJsonObject(part) && ownMember(part, 'type') === 'text' ? ownMember(part, 'text') : undefined;
    return typeof text === 'string' ? text : null;
  });
}
