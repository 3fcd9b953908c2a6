/** What an owner chose is kept with their session, and is nobody else's. */
import { expect, test } from "vitest";
import { onBothDatabases, someone } from "./both-databases.ts";

onBothDatabases(({ store }) => {
  const signIn = async (): Promise<ReturnType<typeof someone>> => {
    const ownerId = someone();
    const dates = { createdAt: 1, lastSeenAt: 1, expiresAt: 10 };
    await store().sessions.create({ idHash: ownerId, ownerId, ...dates, key: null, model: null });
    return ownerId;
  };

  test("a choice is found again, and another owner's is another", async () => {
    const [ann, bea] = [await signIn(), await signIn()];
    const nothing = { environment: null, requirements: [] };
    expect(await store().environments.find(ann)).toEqual(nothing);
    const choice = { environment: "managed", requirements: ["numpy>=2", "rich"] };
    await store().environments.save(ann, choice);
    expect(await store().environments.find(ann)).toEqual(choice);
    expect(await store().environments.find(bea)).toEqual(nothing);
    expect(await store().sessions.find(ann, 5)).toMatchObject({ ownerId: ann, model: null });
  });

  test("it goes with the session, and an owner without one has chosen nothing", async () => {
    const ann = await signIn();
    await store().environments.save(ann, { environment: "system", requirements: [] });
    await store().sessions.remove(ann);
    expect(await store().environments.find(ann)).toEqual({ environment: null, requirements: [] });
    await store().environments.save(ann, { environment: "system", requirements: [] });
    expect(await store().environments.find(ann)).toEqual({ environment: null, requirements: [] });
  });
});
