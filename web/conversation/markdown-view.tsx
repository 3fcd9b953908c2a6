/** Draws the tree that `markdown.ts` reads; every word of it is text, and links say where they lead. */
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { CodeBlock } from "../recorded/code-block.tsx";
import { LongText } from "../recorded/long-text.tsx";
import { readMarkdown, type Block, type Cell, type Inline } from "./markdown.ts";
import type { WebAddress } from "./web-address.ts";

export function MarkdownView({ text }: { readonly text: string }) {
  const blocks = useMemo(() => readMarkdown(text), [text]);
  if (blocks === null) return <LongText text={text} kind="words" />;
  return (
    <div class="markdown">
      <Blocks blocks={blocks} />
    </div>
  );
}

function Blocks({ blocks }: { readonly blocks: readonly Block[] }) {
  return (
    <>
      {blocks.map((block, index) => (
        <OneBlock key={index} block={block} />
      ))}
    </>
  );
}

function OneBlock({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case "paragraph":
      return (
        <p>
          <Inlines parts={block.inner} />
        </p>
      );
    case "heading":
      // Not a heading of our page: it is a line of somebody's text.
      return (
        <p class={`markdown-heading level-${block.level}`}>
          <Inlines parts={block.inner} />
        </p>
      );
    case "code":
      return <CodeBlock text={block.text} language={block.language} label="Copy the code" />;
    case "quote":
      return (
        <blockquote>
          <Blocks blocks={block.blocks} />
        </blockquote>
      );
    case "list":
      return <List block={block} />;
    case "table":
      return (
        <div class="markdown-table">
          <table>
            <thead>
              <tr>
                {block.head.map((cell, index) => (
                  <th key={index} scope="col" style={alignOf(cell)}>
                    <Inlines parts={cell.inner} />
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row, index) => (
                <tr key={index}>
                  {row.map((cell, index) => (
                    <td key={index} style={alignOf(cell)}>
                      <Inlines parts={cell.inner} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
    case "rule":
      break;
  }
  return <hr />;
}

const alignOf = ({ align }: Cell) => (align === null ? {} : { textAlign: align });

function List({ block }: { readonly block: Extract<Block, { kind: "list" }> }) {
  const items = block.items.map(({ checked, blocks }, index) => (
    <li key={index} class={checked === null ? "" : "markdown-task"}>
      {checked !== null && (
        <span class="markdown-box" role="img" aria-label={checked ? "done" : "to do"}>
          {checked ? "☑" : "☐"}
        </span>
      )}
      <div>
        <Blocks blocks={blocks} />
      </div>
    </li>
  ));
  return block.start === null ? <ul>{items}</ul> : <ol start={block.start}>{items}</ol>;
}

function Inlines({ parts }: { readonly parts: readonly Inline[] }) {
  return (
    <>
      {parts.map((part, index) => (
        <OneInline key={index} part={part} />
      ))}
    </>
  );
}

function OneInline({ part }: { readonly part: Inline }) {
  switch (part.kind) {
    case "text":
      return <>{part.text}</>;
    case "code":
      return <code>{part.text}</code>;
    case "strong":
      return (
        <strong>
          <Inlines parts={part.inner} />
        </strong>
      );
    case "emphasis":
      return (
        <em>
          <Inlines parts={part.inner} />
        </em>
      );
    case "struck":
      return (
        <s>
          <Inlines parts={part.inner} />
        </s>
      );
    case "break":
      return <br />;
    case "link":
      return (
        <WebLink address={part.address} written={part.written} isPlain={part.isPlain}>
          <Inlines parts={part.inner} />
        </WebLink>
      );
    case "picture":
      break;
  }
  return (
    <span class="markdown-picture">
      picture: <WebLink {...part}>{part.words === "" ? "without words" : part.words}</WebLink>
    </span>
  );
}

interface LinkProps {
  readonly address: WebAddress | null;
  readonly written: string;
  /** Its words tell where it leads. */
  readonly isPlain?: boolean;
  readonly children: ComponentChildren;
}

/** Where it leads stands beside it; what is no address of the web is no link, and told as it was written. */
export function WebLink({ address, written, isPlain = false, children }: LinkProps) {
  if (address === null) {
    return (
      <>
        {children} <span class="leads-to">({written.slice(0, 200)})</span>
      </>
    );
  }
  return (
    <>
      <a href={address.href} target="_blank" rel="noopener noreferrer nofollow" referrerpolicy="no-referrer">
        {children}
      </a>
      {!isPlain && <span class="leads-to"> ({address.leadsTo})</span>}
    </>
  );
}
